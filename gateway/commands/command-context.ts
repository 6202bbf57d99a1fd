import { type Problem, ProblemsError } from '../problem.ts';
import type { GatewayModule } from './gateway-types.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** What a command may touch of the world. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results only, so that they can be piped. */
  readonly stdout: Output;
  /** Problems, progress and everything else for people. */
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Buffer | string>;
  /** Loads what serves and plans: slow, so only for the commands that need it. */
  loadGateway(): Promise<GatewayModule>;
}

/** Ends a command with exit code 1, after its problems have been printed. */
export class CommandFailure extends ProblemsError {
  /** What was thrown, as problems where it has them; a bug in the gateway keeps its stack. */
  static from(error: unknown): ProblemsError {
    if (error instanceof ProblemsError) return error;
    const known = error instanceof Error && 'code' in error && typeof error.code === 'string';
    const code = known ? String(error.code) : 'UNEXPECTED';
    const text = error instanceof Error ? (known ? error.message : error.stack) : undefined;
    return new CommandFailure([{ severity: 'error', code, message: text ?? String(error) }]);
  }
}

/** The failure that one problem makes. */
export function failure(code: string, message: string, fix?: string): CommandFailure {
  const problem: Problem = { severity: 'error', code, message, ...(fix !== undefined && { fix }) };
  return new CommandFailure([problem]);
}
