const USAGE = `Tabernetes: Kubernetes in a browser tab, and in a Node process.

Usage: tabernetes <command> [flags]

Commands:
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
  if (command !== 'serve') {
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
