// What the kernel's headers say, so that a test can compare Wire's numbers with them.
#include "siaga_linux.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define FACT(name) {#name, name}

static const struct siaga_fact facts[] = {
    FACT(NLMSG_ERROR),   FACT(NLMSG_DONE),     FACT(NLM_F_DUMP),       FACT(NLM_F_DUMP_INTR),
    FACT(NLM_F_CREATE),  FACT(NLM_F_EXCL),     FACT(NLM_F_ACK_TLVS),   FACT(NLM_F_CAPPED),
    FACT(RTM_NEWLINK),   FACT(RTM_DELLINK),    FACT(RTM_GETLINK),      FACT(RTM_NEWADDR),
    FACT(RTM_DELADDR),   FACT(RTM_GETADDR),    FACT(RTM_NEWROUTE),     FACT(RTM_DELROUTE),
    FACT(RTM_GETROUTE),  FACT(RTM_NEWRULE),    FACT(RTM_DELRULE),      FACT(RTM_GETRULE),
    FACT(IFLA_IFNAME),   FACT(IFLA_OPERSTATE), FACT(IFLA_EXT_MASK),    FACT(IFA_LOCAL),
    FACT(IFA_PROTO),     FACT(RTA_OIF),        FACT(RTA_GATEWAY),      FACT(RTA_PRIORITY),
    FACT(RTA_MULTIPATH), FACT(RTA_TABLE),      FACT(FRA_PRIORITY),     FACT(FRA_FWMARK),
    FACT(FRA_FWMASK),    FACT(FRA_TABLE),      FACT(FRA_OIFNAME),      FACT(FRA_PROTOCOL),
    FACT(FRA_SUPPRESS_PREFIXLEN),              FACT(CTA_STATUS),       FACT(CTA_MARK),
    FACT(CTA_MARK_MASK), FACT(CTA_STATUS_MASK), FACT(IPS_SRC_NAT),     FACT(RT_TABLE_MAIN),
};

const struct siaga_fact *siaga_facts(size_t *count) {
  *count = sizeof facts / sizeof facts[0];
  return facts;
}
