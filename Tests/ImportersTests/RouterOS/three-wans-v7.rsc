# 2025-01-05 18:45:11 by RouterOS 7.16.2
/interface wireguard
add comment="Office" listen-port=13231 mtu=1420 name=wg-office private-key="cHJpdmF0ZS1rZXktaW4tYS10ZXN0"
/interface list
add name=LANs
/interface list member
add interface=bridge-lan list=LANs
add interface=vlan20 list=LANs
/routing table
add fib name=to-cam
/ip address
add address=10.0.0.1/24 interface=bridge-lan network=10.0.0.0
add address=10.0.20.1/24 interface=vlan20 network=10.0.20.0
add address=203.0.113.2/29 comment=Fibre interface=ether1 network=203.0.113.0
add address=198.51.100.2/29 comment=Cable interface=ether2 network=198.51.100.0
/ip dhcp-client
add comment=Radio default-route-distance=3 interface=ether3
/ip firewall mangle
add action=mark-connection chain=prerouting connection-mark=no-mark in-interface-list=LANs \
    new-connection-mark=cams src-address=10.0.20.64/26
add action=mark-routing chain=prerouting connection-mark=cams in-interface-list=LANs \
    new-routing-mark=to-cam passthrough=no
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=!LANs
/ip route
add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=203.0.113.1
add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=198.51.100.1
add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=198.51.100.1 routing-table=to-cam
add distance=2 dst-address=0.0.0.0/0 gateway=203.0.113.1 routing-table=to-cam
add distance=1 dst-address=172.30.0.0/16 gateway=wg-office
add distance=2 dst-address=172.30.0.0/16 gateway=10.0.0.254
