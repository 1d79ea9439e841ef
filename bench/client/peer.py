"""Python's qemu.qmp for commands.mjs: peer.py FOLDER SOCKET, then a line "WIDTH COMMANDS" for each round."""

import asyncio
import sys

sys.path.insert(0, sys.argv[1])
from qemu.qmp import QMPClient  # noqa: E402


async def main():
    client = QMPClient("bench")
    await client.connect(sys.argv[2])
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        width, left = map(int, line.split())

        async def lane():
            nonlocal left
            while left > 0:
                left -= 1
                await client.execute("query-status")

        await asyncio.gather(*(lane() for _ in range(width)))
        print("done", flush=True)
    await client.disconnect()


asyncio.run(main())
