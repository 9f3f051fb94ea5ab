# 2024-06-01 12:00:00 by RouterOS 7.15
/interface bridge
add name=bridge1
/interface list
add name=WAN
/interface list member
add interface=ether1 list=WAN
add interface=ether2 list=WAN
/ip address
add address=192.168.10.1/24 interface=bridge1 network=192.168.10.0
add address=198.51.100.2/24 comment="Radio" interface=ether2 network=198.51.100.0
/ip dhcp-client
add comment="Cable" default-route-distance=5 interface=ether1 use-peer-dns=no
add disabled=yes interface=ether4
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
/ip route
add check-gateway=arp disabled=no distance=10 dst-address=0.0.0.0/0 gateway=198.51.100.1 \
    routing-table=main scope=30 suppress-hw-offload=no target-scope=10
add disabled=yes distance=1 dst-address=0.0.0.0/0 gateway=198.51.100.254
