import { createServer, type AddressInfo } from 'node:net';

/** Ports that the project's defaults use, or people try: a run keeps away from them. */
const TAKEN = new Set([4000, 4001, 50051, 50052, 50061, 50071, 50072, 50073, 50081, 50082]);

/** A port that was free a moment ago, for programs that cannot tell which one they got. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return TAKEN.has(port) ? freePort() : port;
}
