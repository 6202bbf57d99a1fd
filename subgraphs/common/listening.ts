import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listening server: the port it got, and how to stop it. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens, and rejects if that fails. Closing also ends the connections that are open.
 * @param address.port 0 takes any free port
 */
export async function listen(
  server: Server,
  address: { readonly port: number; readonly host: string },
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
