/ip address
add address=10.10.1.2/24 interface=ether1 comment="ISP1"
add address=10.20.1.2/24 interface=ether2 comment="ISP2"
add address=192.168.1.1/24 interface=ether3 comment="LAN"
/ip firewall nat
add chain=srcnat out-interface=ether1 action=masquerade
add chain=srcnat out-interface=ether2 action=masquerade
/ip route
add dst-address=0.0.0.0/0 gateway=10.10.1.1 distance=1 check-gateway=ping
add dst-address=0.0.0.0/0 gateway=10.20.1.1 distance=2 check-gateway=ping
