# 2024-09-09 09:09:09 by RouterOS 7.15.3
/ip address
add address=10.10.1.2/24 comment=ISP1 interface=ether1 network=10.10.1.0
add address=10.20.1.2/24 comment=ISP2 interface=ether2 network=10.20.1.0
/ipv6 address
add address=2001:db8:1::2/64 advertise=no interface=ether1
add address=2001:db8:2::2 advertise=no interface=ether2
add address=::1 from-pool=isp1 interface=bridge
/ip firewall nat
add action=masquerade chain=srcnat out-interface=ether1
add action=masquerade chain=srcnat out-interface=ether2
/ipv6 firewall nat
add action=netmap chain=srcnat out-interface=ether2 to-address=2001:db8:2:100::/56
/ip route
add check-gateway=ping distance=1 gateway=10.10.1.1
add check-gateway=ping distance=2 gateway=10.20.1.1
/ipv6 route
add check-gateway=ping distance=1 dst-address=::/0 gateway=2001:db8:1::1
add check-gateway=ping distance=2 dst-address=::/0 gateway=fe80::2%ether2
/ipv6 nd
set [ find default=yes ] advertise-dns=yes
