# sep/09/2021 19:19:19 by RouterOS 6.48.4
/ip firewall address-list
add address=192.168.1.10-192.168.1.13 list=servers
add address=192.168.1.50 list=servers
add address=voip.example.net list=named
/ip address
add address=192.168.1.1/24 interface=ether3 network=192.168.1.0
add address=10.10.1.2/24 comment=ISP1 interface=ether1 network=10.10.1.0
add address=10.20.1.2/24 comment=ISP2 interface=ether2 network=10.20.1.0
/ip firewall mangle
add action=mark-routing chain=prerouting comment=VoIP dst-port=5060,10000-20000 in-interface=ether3 \
    new-routing-mark=via2 passthrough=no protocol=udp
add action=mark-routing chain=prerouting in-interface=ether3 new-routing-mark=via2 \
    passthrough=no src-address-list=servers
add action=mark-routing chain=prerouting dst-address-list=named new-routing-mark=via2
add action=change-mss chain=forward new-mss=clamp-to-pmtu out-interface=ether2 protocol=tcp \
    tcp-flags=syn
/ip firewall nat
add action=masquerade chain=srcnat out-interface=ether1
add action=masquerade chain=srcnat out-interface=ether2
/ip route
add check-gateway=ping distance=1 gateway=10.20.1.1 routing-mark=via2
add check-gateway=ping distance=2 gateway=10.10.1.1 routing-mark=via2
add check-gateway=ping distance=1 gateway=10.10.1.1
add check-gateway=ping distance=2 gateway=10.20.1.1
/ip route rule
add dst-address=192.168.0.0/16 table=main
add action=lookup-only-in-table comment=Guests src-address=192.168.7.0/24 table=via2
add action=drop src-address=192.168.9.0/24
