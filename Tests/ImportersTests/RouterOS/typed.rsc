[admin@MikroTik] > /ip addr
[admin@MikroTik] /ip address> add addr=10.10.1.2/24 int=ether1 comment=ISP1; add addr=10.20.1.2/24 int=ether2 comment=ISP2
[admin@MikroTik] /ip address> /
/ip/route/add gateway=10.10.1.1 check-gateway=ping
/ip route { add dst=0.0.0.0/0 gateway=10.20.1.1 dist=2 check=ping; print }
/ip fire nat add chain=srcnat act=masquerade out-interface="ether1"
:foreach i in=[/ip route find] do={ /ip route set $i check-gateway=ping }
/ip route add gateway=$gw distance=3
/interface ethernet set [ find where comment~"ISP" ] name=x
