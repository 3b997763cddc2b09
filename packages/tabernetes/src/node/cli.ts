const USAGE = `Tabernetes: Kubernetes in a browser tab, and in a Node process.

Usage: tabernetes <command> [flags]

Commands:
  start      serve the playground, and a cluster's API beside it
  serve      start a cluster and serve its API for kubectl and client libraries
  kubectl    our kubectl, against the cluster that the kubeconfig names

"tabernetes <command> --help" tells more.
`;

/** Runs the command and gives back the exit code of the process. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(USAGE);
    return command === undefined ? 1 : 0;
  }
  if (command === 'kubectl') {
    const { kubectlCommand } = await import('./kubectl/kubectl-command.ts');
    return kubectlCommand(rest);
  }
  if (command !== 'serve' && command !== 'start') {
    process.stderr.write(`error: unknown command "${command}" for "tabernetes"\n\n${USAGE}`);
    return 1;
  }
  // Loaded when it is asked for: kubectl should not wait for a cluster's code.
  const { parseServeOptions, SERVE_USAGE, UsageError } = await import('./serve-options.ts');
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(SERVE_USAGE);
    return 0;
  }
  try {
    const { serve } = await import('./serve.ts');
    if (command === 'start') return await start(rest);
    await serve(parseServeOptions(rest, Date.now()), {
      ready: (line) => process.stdout.write(`${line}\n`),
      warn: (line) => process.stderr.write(`${line}\n`),
    });
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${message}\n${error instanceof UsageError ? `\n${SERVE_USAGE}` : ''}`);
    return 1;
  }
}

/** The playground and the API server, until Ctrl-C: what `npm start` runs. */
async function start(args: readonly string[]): Promise<number> {
  const [{ parseServeOptions }, { serve }, { playgroundServer }] = await Promise.all([
    import('./serve-options.ts'),
    import('./serve.ts'),
    import('./playground-server.ts'),
  ]);
  const at = args.indexOf('--playground-port');
  const port = at < 0 ? PLAYGROUND_PORT : Number(args[at + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--playground-port ${args[at + 1] ?? ''}: must be a port between 0 and 65535`);
  }
  // Whoever tries it out wants to see logs and to get into containers.
  const options = parseServeOptions(at < 0 ? args : args.toSpliced(at, 2), Date.now(), true);
  const playground = await playgroundServer(port);
  try {
    process.stdout.write(`the playground is at ${playground.url}\n`);
    await serve(options, {
      ready: (line) => process.stdout.write(`${line}\n`),
      warn: (line) => process.stderr.write(`${line}\n`),
    });
    return 0;
  } finally {
    await playground.close();
  }
}

const PLAYGROUND_PORT = 5173;
