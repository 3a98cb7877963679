"""Python's `websockets` as a client of a mirror with compression; PythonWebsocketsTest runs it.

    mirror.py URL    says messages of all sizes with every window and context, and hears them again

Prints how many it heard; ends with an exception if one came back changed.
"""

import asyncio
import random
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

SIZES = [0, 1, 16, 125, 126, 1_024, 4_096, 65_535, 65_536, 131_072]


def messages(source):
    for size in SIZES:
        yield bytes(size)
        yield source.randbytes(size)
        yield "".join(source.choices("lorem ipsum é€😀", k=size))


async def converse(url, bits, server_alone, client_alone):
    extension = ClientPerMessageDeflateFactory(
        server_no_context_takeover=server_alone,
        client_no_context_takeover=client_alone,
        server_max_window_bits=bits,
        client_max_window_bits=bits,
    )
    source = random.Random(bits)
    heard = 0
    async with websockets.connect(
        url, extensions=[extension], compression=None, max_size=None
    ) as ws:
        agreed = ws.response_headers["Sec-WebSocket-Extensions"]
        assert f"server_max_window_bits={bits}" in agreed, agreed
        assert ("server_no_context_takeover" in agreed) == server_alone, agreed
        assert ("client_no_context_takeover" in agreed) == client_alone, agreed
        for message in messages(source):
            await ws.send(message)
            assert await ws.recv() == message
            # In fragments: what is iterated over is one message.
            cut = source.randint(0, len(message))
            await ws.send([message[:cut], message[cut:]])
            assert await ws.recv() == message
            heard += 2
    return heard


async def main(url):
    heard = 0
    for bits in range(9, 16):
        for server_alone in (False, True):
            for client_alone in (False, True):
                heard += await converse(url, bits, server_alone, client_alone)
    print(heard)


asyncio.run(main(sys.argv[1]))
