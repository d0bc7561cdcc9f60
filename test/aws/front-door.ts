import { createServer, request } from 'node:http';

export interface FrontDoor {
  /** Where the API is told to be; the address that is signed over and that links carry. */
  readonly url: string;
  /** From now on what comes is passed on to this API. */
  open(endpoint: string, apiId: string): void;
  close(): Promise<void>;
}

/**
 * A fixed address in front of the deployed API. The functions must be told their public address when they are deployed, and MiniStack
 * gives an API its id only then; on AWS a domain name does what this does here.
 */
export async function frontDoor(): Promise<FrontDoor> {
  let behind: { endpoint: URL; apiId: string } | undefined;
  const server = createServer((incoming, outgoing) => {
    if (behind === undefined) {
      outgoing.writeHead(503).end();
      return;
    }
    const passedOn = request(
      {
        host: behind.endpoint.hostname,
        port: behind.endpoint.port,
        method: incoming.method,
        path: `/_aws/execute-api/${behind.apiId}/$default${incoming.url}`,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passedOn.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The front door has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    open: (endpoint, apiId) => {
      behind = { endpoint: new URL(endpoint), apiId };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Ports that nobody listens on right now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
