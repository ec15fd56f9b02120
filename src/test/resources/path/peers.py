"""peers.py TCP UDP: listens on the ports, separated by commas, and answers datagrams."""
import select, socket, sys

tcp, udp = ([int(port) for port in ports.split(",") if port] for ports in sys.argv[1:3])
sockets = []
for port in tcp:
    listener = socket.socket()
    listener.bind(("0.0.0.0", port))
    listener.listen(64)
    sockets.append(listener)
answering = []
for port in udp:
    listener = socket.socket(type=socket.SOCK_DGRAM)
    listener.bind(("0.0.0.0", port))
    answering.append(listener)
print("ready", flush=True)
while True:
    for source in select.select(answering, [], [])[0]:
        said, who = source.recvfrom(4096)
        source.sendto(said, who)
