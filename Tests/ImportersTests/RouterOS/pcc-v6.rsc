# mar/03/2022 15:20:00 by RouterOS 6.49.2
/ip address
add address=192.168.0.1/24 interface=LAN network=192.168.0.0
add address=10.111.0.2/24 comment=ISP1 interface=ISP1 network=10.111.0.0
add address=10.112.0.2/24 comment=ISP2 interface=ISP2 network=10.112.0.0
/ip firewall mangle
add action=mark-connection chain=input in-interface=ISP1 new-connection-mark=ISP1_conn
add action=mark-connection chain=input in-interface=ISP2 new-connection-mark=ISP2_conn
add action=mark-routing chain=output connection-mark=ISP1_conn new-routing-mark=to_ISP1
add action=mark-routing chain=output connection-mark=ISP2_conn new-routing-mark=to_ISP2
add action=accept chain=prerouting dst-address=10.111.0.0/24 in-interface=LAN
add action=accept chain=prerouting dst-address=10.112.0.0/24 in-interface=LAN
add action=mark-connection chain=prerouting connection-mark=no-mark dst-address-type=!local \
    in-interface=LAN new-connection-mark=ISP1_conn passthrough=yes \
    per-connection-classifier=both-addresses:3/0
add action=mark-connection chain=prerouting connection-mark=no-mark dst-address-type=!local \
    in-interface=LAN new-connection-mark=ISP1_conn passthrough=yes \
    per-connection-classifier=both-addresses:3/1
add action=mark-connection chain=prerouting connection-mark=no-mark dst-address-type=!local \
    in-interface=LAN new-connection-mark=ISP2_conn passthrough=yes \
    per-connection-classifier=both-addresses:3/2
add action=mark-routing chain=prerouting connection-mark=ISP1_conn in-interface=LAN \
    new-routing-mark=to_ISP1
add action=mark-routing chain=prerouting connection-mark=ISP2_conn in-interface=LAN \
    new-routing-mark=to_ISP2
/ip firewall nat
add action=masquerade chain=srcnat out-interface=ISP1
add action=masquerade chain=srcnat out-interface=ISP2
/ip route
add check-gateway=ping distance=1 gateway=10.111.0.1 routing-mark=to_ISP1
add check-gateway=ping distance=1 gateway=10.112.0.1 routing-mark=to_ISP2
add check-gateway=ping distance=1 gateway=10.111.0.1
add check-gateway=ping distance=2 gateway=10.112.0.1
