# oct/10/2019 10:10:10 by RouterOS 6.44.6
/ip address add address=10.10.1.2/24 interface=ether1 comment=A
/ip address add address=10.20.1.2/24 interface=ether2 comment=B
/ip address add address=10.30.1.2/24 interface=ether3 comment=C
/ip route
add check-gateway=ping distance=1 gateway=10.10.1.1,10.10.1.1,10.20.1.1
add distance=5 gateway=10.30.1.1 check-gateway=ping
add distance=9 type=unreachable
