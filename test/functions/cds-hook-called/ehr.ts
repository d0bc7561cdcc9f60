import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An EHR's side of CDS Hooks: a key set that is really served, and tokens signed with it. */
export async function openEhr() {
  const { privateKey, publicKey } = await generateKeyPair('ES384');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'ehr', alg: 'ES384' }];
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = 'https://ehr.example';
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    async token(audience: string, expiresIn = '5m'): Promise<string> {
      return new SignJWT({})
        .setProtectedHeader({ alg: 'ES384', kid: 'ehr', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .setJti(randomUUID())
        .sign(privateKey);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
