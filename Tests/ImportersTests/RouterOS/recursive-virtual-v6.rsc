# jan/15/2022 10:00:00 by RouterOS 6.48.6
/ip address
add address=10.10.1.2/24 comment=ISP1 interface=ether1 network=10.10.1.0
add address=10.20.1.2/24 comment=ISP2 interface=ether2 network=10.20.1.0
/ip firewall nat
add action=masquerade chain=srcnat
/ip route
add distance=1 gateway=10.111.0.1
add distance=2 gateway=10.112.0.1
add distance=1 dst-address=8.8.8.8/32 gateway=10.10.1.1 scope=10
add distance=1 dst-address=208.67.222.222/32 gateway=10.10.1.1 scope=10
add distance=1 dst-address=8.8.4.4/32 gateway=10.20.1.1 scope=10
add distance=1 dst-address=208.67.220.220/32 gateway=10.20.1.1 scope=10
add check-gateway=ping distance=1 dst-address=10.111.0.1/32 gateway=8.8.8.8 scope=10
add check-gateway=ping distance=2 dst-address=10.111.0.1/32 gateway=208.67.222.222 scope=10
add check-gateway=ping distance=1 dst-address=10.112.0.1/32 gateway=8.8.4.4 scope=10
add check-gateway=ping distance=2 dst-address=10.112.0.1/32 gateway=208.67.220.220 scope=10
