"""Python's `websockets` with compression, as either end of a mirror. The tests in `it` run it.

    mirror.py talk URL    says messages of all sizes with every window and context, hears them again,
                          and prints how many it heard; ends with an exception if one came back changed
    mirror.py serve       listens at a free port for each window and context, and prints a line for
                          each: BITS SERVER_ALONE CLIENT_ALONE PORT; sends back what it hears, whole
                          and then in parts; ends when its input does
"""

import asyncio
import random
import sys

import websockets
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

SIZES = [0, 1, 16, 125, 126, 1_024, 4_096, 65_535, 65_536, 131_072]


def messages(source):
    for size in SIZES:
        yield bytes(size)
        yield source.randbytes(size)
        yield "".join(source.choices("lorem ipsum é€😀", k=size))


def terms():
    for bits in range(9, 16):
        for server_alone in (False, True):
            for client_alone in (False, True):
                yield bits, server_alone, client_alone


def factory_of(kind, bits, server_alone, client_alone):
    return kind(
        server_no_context_takeover=server_alone,
        client_no_context_takeover=client_alone,
        server_max_window_bits=bits,
        client_max_window_bits=bits,
    )


async def converse(url, bits, server_alone, client_alone):
    extension = factory_of(ClientPerMessageDeflateFactory, bits, server_alone, client_alone)
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


async def talk(url):
    heard = 0
    for each in terms():
        heard += await converse(url, *each)
    print(heard)


def in_parts(message):
    size = 1
    while len(message) > size:
        yield message[:size]
        message = message[size:]
        size = 3 * size + 1
    yield message


async def mirror(ws):
    async for message in ws:
        await ws.send(message)
        await ws.send(list(in_parts(message)))


async def serve():
    servers = []
    for each in terms():
        extension = factory_of(ServerPerMessageDeflateFactory, *each)
        server = await websockets.serve(
            mirror, "127.0.0.1", 0, extensions=[extension], compression=None, max_size=None
        )
        servers.append(server)
        print(*each, server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(talk(sys.argv[2]) if sys.argv[1] == "talk" else serve())
