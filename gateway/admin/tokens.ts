import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../errors.ts';

export interface AdminToken {
  /** Whose it is. */
  readonly name: string;
  readonly token: string;
}

/** Who a request comes from, by its token. */
export type Authenticate = (headers: Readonly<Record<string, string | undefined>>) => string;

/** The token of this machine, for whoever may read the folder. */
const LOCAL_TOKEN_FILE = 'admin-token';
export const LOCAL_TOKEN_NAME = 'local';

/** Compares hashes, so that neither a token's length nor its beginning shows in the time that it takes. */
export function createAuthenticate(tokens: readonly AdminToken[]): Authenticate {
  const known = tokens.map(({ name, token }) => ({ name, digest: digest(token) }));
  return (headers) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '') ?? [];
    if (given === undefined)
      throw new SluiceError('UNAUTHENTICATED', 'This needs an admin token: "authorization: Bearer <token>".');
    const presented = digest(given);
    const owners = known.filter((token) => timingSafeEqual(token.digest, presented));
    const owner = owners[0];
    if (!owner) throw new SluiceError('UNAUTHENTICATED', 'This is not an admin token of this gateway.');
    return owner.name;
  };
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Reads the token of this machine, or makes it; only its owner may read the file. Throws the file system's errors. */
export function localToken(folder: string): AdminToken {
  const known = readLocalToken(folder);
  if (known !== undefined) return { name: LOCAL_TOKEN_NAME, token: known };
  const token = randomBytes(32).toString('base64url');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, LOCAL_TOKEN_FILE);
  try {
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another gateway on this machine was faster.
    const other = readLocalToken(folder);
    if (other === undefined) throw error;
    return { name: LOCAL_TOKEN_NAME, token: other };
  }
  // The process's umask may have taken something away, but never adds; this is for file systems that ignore the mode.
  chmodSync(file, 0o600);
  return { name: LOCAL_TOKEN_NAME, token };
}

/** Undefined = there is none, or it may not be read. */
export function readLocalToken(folder: string): string | undefined {
  try {
    const token = readFileSync(join(folder, LOCAL_TOKEN_FILE), 'utf8').trim();
    return token === '' ? undefined : token;
  } catch {
    return undefined;
  }
}
