import { runCommandLine } from './commands/program.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  loadGateway: () => import('./gateway.ts'),
});
