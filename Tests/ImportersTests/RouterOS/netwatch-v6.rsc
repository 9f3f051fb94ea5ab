# feb/02/2020 20:02:02 by RouterOS 6.45.9
/ip address
add address=10.10.1.2/24 interface=ether1 network=10.10.1.0
add address=10.20.1.2/24 interface=ether2 network=10.20.1.0
/ip firewall nat
add action=masquerade chain=srcnat out-interface=ether1
add action=masquerade chain=srcnat out-interface=ether2
/ip route
add comment=Main disabled=yes distance=1 gateway=10.10.1.1
add comment=Backup distance=2 gateway=10.20.1.1
add distance=1 dst-address=8.8.8.8/32 gateway=10.10.1.1
/tool netwatch
add down-script=":log warning \"Main is down\"\r\
    \n/ip route disable [find comment=\"Main\"]\r\
    \n/ip firewall connection remove [find]" host=8.8.8.8 interval=5s timeout=800ms \
    up-script=":log info \"Main is up\"\r\
    \n/ip route enable [find comment=\"Main\"]"
add down-script=":global n (\$n + 1)" host=9.9.9.9 up-script=":global n 0"
