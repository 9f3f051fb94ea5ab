# 2023-11-30 07:00:00 by RouterOS 7.12.1
/routing table
add disabled=no fib name=rtab-a
add fib name=rtab-b
add fib name=unused
/ip address
add address=192.168.5.1/24 interface=bridge network=192.168.5.0
add address=203.0.113.10/24 interface=sfp1 network=203.0.113.0
add address=198.51.100.10/24 interface=ether8 network=198.51.100.0
/ip firewall nat
add action=masquerade chain=srcnat out-interface=sfp1
add action=masquerade chain=srcnat out-interface=ether8
/ip route
add check-gateway=ping comment=A dst-address=0.0.0.0/0 gateway=203.0.113.1
add check-gateway=ping comment=B distance=2 dst-address=0.0.0.0/0 gateway=198.51.100.1
add check-gateway=ping dst-address=0.0.0.0/0 gateway=203.0.113.1 routing-table=rtab-a
add check-gateway=ping dst-address=0.0.0.0/0 gateway=198.51.100.1@main routing-table=rtab-b
add blackhole distance=254 dst-address=0.0.0.0/0 routing-table=rtab-b
add dst-address=10.50.0.0/16 gateway=192.168.5.2
/routing rule
add action=lookup disabled=no min-prefix=0 table=main
add action=lookup dst-address=10.50.3.0/24 table=main
add action=lookup src-address=192.168.5.128/25 table=rtab-b
add action=lookup comment=wifi interface=wlan-guests table=rtab-a
add action=lookup-only-in-table disabled=yes src-address=192.168.5.3 table=rtab-a
