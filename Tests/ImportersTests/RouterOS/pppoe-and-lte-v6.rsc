# aug/20/2021 08:00:00 by RouterOS 6.48.4
/interface ethernet
set [ find default-name=ether1 ] comment=ONT
/interface lte apn
set [ find default=yes ] apn=internet.example default-route-distance=10 use-peer-dns=no
/interface lte
set [ find ] allow-roaming=no name=lte1
/interface vlan
add interface=ether1 name=vlan35 vlan-id=35
/interface pppoe-client
add add-default-route=yes comment=DSL default-route-distance=1 disabled=no interface=vlan35 \
    keepalive-timeout=60 name=pppoe-out1 password=s3cr3t use-peer-dns=yes user=\
    "me@isp.example"
/ip address
add address=192.168.1.1/24 interface=ether2 network=192.168.1.0
/ip dhcp-client
add interface=ether5
/ip firewall nat
add action=masquerade chain=srcnat out-interface=pppoe-out1
add action=masquerade chain=srcnat out-interface=lte1
