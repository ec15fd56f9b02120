"""A slow and lossy path between two TUN devices, for a test in network namespaces of its own.

path.py NEAR FAR DELAY_MS LOSS DROPPED: carries IP packets between the devices, which it makes; each is on the way for
DELAY_MS, is lost with the probability LOSS, and, coming from NEAR, is dropped where its destination port lies in one of the
ranges DROPPED (`500-599,700-701`), as a firewall does.
"""
import fcntl, heapq, os, random, select, struct, sys, time

near, far, delay, loss, dropped = sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000, float(sys.argv[4]), sys.argv[5]
ranges = [tuple(map(int, one.split("-"))) for one in dropped.split(",")]
chance = random.Random(1)


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN, IFF_NO_PI
    return device


def filtered(packet):
    start = (packet[0] & 15) * 4
    port = struct.unpack_from(">H", packet, start + 2)[0]
    return packet[9] in (6, 17) and any(first <= port <= last for first, last in ranges)


devices = [tun(near), tun(far)]
print("ready", flush=True)
under_way, count = [], 0
while True:
    wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
    for source in select.select(devices, [], [], wait)[0]:
        packet = os.read(source, 4096)
        if packet[0] >> 4 != 4 or chance.random() < loss or source == devices[0] and filtered(packet):
            continue
        count += 1
        heapq.heappush(under_way, (time.monotonic() + delay, count, devices[1] if source == devices[0] else devices[0], packet))
    while under_way and under_way[0][0] <= time.monotonic():
        _, _, device, packet = heapq.heappop(under_way)
        os.write(device, packet)
