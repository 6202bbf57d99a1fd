import { userInfo, hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { request } from 'undici';
import { readLocalToken } from '../../admin/tokens.ts';
import { type CommandContext, failure } from '../command-context.ts';

const DEFAULT_ADMIN_URL = 'http://127.0.0.1:4001';
/** Composition of a very large graph takes its time. */
const TIMEOUT_MS = 300_000;

export interface AdminOptions {
  readonly admin?: string;
}

/** The options that every command that speaks to a running gateway has. */
export function withAdminOptions(command: Command): Command {
  return command.option(
    '--admin <url>',
    `admin address of the gateway; without it SLUICE_ADMIN_URL, then ${DEFAULT_ADMIN_URL}`,
  );
}

export interface AdminQuestion {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the admin API of a running gateway. Throws `CommandFailure` if it does not answer or does not know us. */
export async function askAdmin(
  context: CommandContext,
  options: AdminOptions,
  { method = 'GET', path, body }: AdminQuestion,
): Promise<AdminAnswer> {
  const base = options.admin ?? context.env['SLUICE_ADMIN_URL'] ?? DEFAULT_ADMIN_URL;
  const url = URL.canParse(base) ? new URL(path, base) : undefined;
  if (!url)
    throw failure('BAD_USER_INPUT', `"${base}" is not a URL.`, `For instance: --admin ${DEFAULT_ADMIN_URL}`);
  const token = context.env['SLUICE_ADMIN_TOKEN'] ?? readLocalToken(join(process.cwd(), '.sluice'));
  let status: number;
  let text: string;
  try {
    const response = await request(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(
      'ADMIN_UNREACHABLE',
      `The gateway's admin address ${base} does not answer: ${reason}.`,
      'Start the gateway, or name its admin address: --admin URL (or SLUICE_ADMIN_URL).',
    );
  }
  const answer = parse(text, base);
  if (status === 401)
    throw failure(
      'UNAUTHENTICATED',
      token === undefined ? 'This needs an admin token.' : 'The admin token is not one of this gateway.',
      "Set SLUICE_ADMIN_TOKEN; on the gateway's own machine it is in .sluice/admin-token of the folder that it runs in.",
    );
  const [error] =
    (answer['errors'] as readonly { message: string; extensions?: { code?: string } }[] | undefined) ?? [];
  if (error) {
    const code = error.extensions?.code ?? 'ADMIN_REQUEST_FAILED';
    throw failure(code, error.message);
  }
  return { status, body: answer };
}

/** Who asks, for the history: `ada@laptop`. */
export function authorOf({ env }: CommandContext): string {
  const given = env['SLUICE_AUTHOR'];
  if (given !== undefined && given !== '') return given;
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without an entry in the system's list, as containers have them.
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`;
  }
}

function parse(text: string, base: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw failure(
    'ADMIN_UNREACHABLE',
    `What answers at ${base} is not the admin address of a Sluice gateway.`,
    'The admin address is printed when the gateway starts; it is not the one of the endpoint.',
  );
}
