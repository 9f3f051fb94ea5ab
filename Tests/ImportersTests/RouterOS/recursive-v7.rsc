# 2024-02-11 09:30:00 by RouterOS 7.13.2
/interface ethernet
set [ find default-name=ether1 ] comment=Fibre
set [ find default-name=ether2 ] comment=Cable
/ip address
add address=10.10.1.2/24 interface=ether1 network=10.10.1.0
add address=10.20.1.2/24 interface=ether2 network=10.20.1.0
/ip firewall nat
add action=src-nat chain=srcnat out-interface=ether1 to-addresses=10.10.1.2
add action=masquerade chain=srcnat out-interface=ether2
/ip route
add comment="asked by ether1" dst-address=8.8.8.8/32 gateway=10.10.1.1 scope=10
add dst-address=1.1.1.1/32 gateway=10.10.1.1 scope=10
add dst-address=8.8.4.4/32 gateway=10.20.1.1 scope=10
add dst-address=9.9.9.9/32 gateway=10.20.1.1 scope=10
add blackhole distance=20 dst-address=8.8.8.8/32
add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=8.8.8.8 target-scope=11
add check-gateway=ping distance=2 dst-address=0.0.0.0/0 gateway=1.1.1.1 target-scope=11
add check-gateway=ping distance=3 dst-address=0.0.0.0/0 gateway=8.8.4.4 target-scope=11
add check-gateway=ping distance=4 dst-address=0.0.0.0/0 gateway=9.9.9.9 target-scope=11
