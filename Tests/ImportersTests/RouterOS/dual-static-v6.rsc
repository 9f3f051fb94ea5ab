# may/04/2023 21:14:07 by RouterOS 6.49.7
# software id = ABCD-1234
#
/interface bridge
add admin-mac=48:8F:5A:00:00:01 auto-mac=no comment=defconf name=bridge
/interface ethernet
set [ find default-name=ether1 ] comment="Fiber" name=ether1-fiber
set [ find default-name=ether2 ] name="WAN 2"
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/ip pool
add name=dhcp ranges=192.168.88.10-192.168.88.254
/interface bridge port
add bridge=bridge comment=defconf interface=ether3
/interface list member
add comment=defconf interface=bridge list=LAN
add interface=ether1-fiber list=WAN
add interface="WAN 2" list=WAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
add address=203.0.113.2/30 interface=ether1-fiber network=203.0.113.0
add address=198.51.100.10/29 interface="WAN 2" network=198.51.100.8
/ip dns
set allow-remote-requests=yes servers=1.1.1.1
/ip firewall filter
add action=accept chain=input connection-state=established,related
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=\
    out,none out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=443 in-interface-list=WAN protocol=\
    tcp to-addresses=192.168.88.20
/ip route
add check-gateway=ping comment=backup distance=2 gateway=198.51.100.9
add check-gateway=ping distance=1 gateway=203.0.113.1
add distance=1 dst-address=10.99.0.0/16 gateway=192.168.88.2
/system identity
set name=gw
/user
add name=ops group=full password="hunter2 is secret"
