import type { Process, Program } from '@tabernetes/node-api';
import { httpServer, untilStopped } from './servers.ts';

/** pause: holds a Pod open, and ends when it is told to. */
export const pause: Program = async (process) => {
  await untilStopped(process);
  return 0;
};

/** A component of Kubernetes that is shown as a container: what it does is done elsewhere in the cluster. */
export const component: Program = async (process) => {
  await process.stderr.write('this component runs beside the simulated nodes, not in this container\n');
  await untilStopped(process);
  return 0;
};

/** Value of `-name=value`, `--name=value` or `-name value` among the arguments. */
function option({ argv }: Process, name: string): string | undefined {
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const match = new RegExp(`^--?${name}(?:=(.*))?$`, 's').exec(word);
    if (match !== null) return match[1] ?? argv[at + 1];
  }
  return undefined;
}

const portOf = (text: string | undefined, fallback: number): number => Number(text?.replace(/^.*:/, '') ?? fallback);

/** hashicorp/http-echo: the body is what -text says. */
export const httpEcho: Program = async (process) => {
  const text = option(process, 'text') ?? process.env['ECHO_TEXT'];
  if (text === undefined) {
    await process.stderr.write('Missing -text option!\n');
    return 127;
  }
  const port = portOf(option(process, 'listen'), 5678);
  return httpServer({
    port: () => port,
    banner: () => [
      `${new Date(process.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} [INFO] server is listening on :${port}`,
    ],
    handler: () => () => ({
      body: `${text}\n`,
      headers: { 'x-app-name': 'http-echo', 'content-type': 'text/plain; charset=utf-8' },
    }),
  })(process);
};

/** google-samples/hello-app: greets with its version and host name. */
export const helloApp = (version: string): Program =>
  httpServer({
    port: ({ env }) => Number(env['PORT'] ?? 8080),
    banner: ({ env }) => [`Server listening on port ${env['PORT'] ?? 8080}`],
    handler:
      ({ hostname }) =>
      () => ({ body: `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n` }),
    stops: false,
  });

/** registry.k8s.io/hpa-example: answers after a fit of work. */
export const hpaExample: Program = httpServer({
  port: () => 80,
  handler: (process) => async () => {
    process.usage({ cpuMillicores: 500 });
    await process.sleep(20);
    process.usage({ cpuMillicores: 1 });
    return { body: 'OK!' };
  },
});

/** kubernetes-bootcamp: says where it runs. */
export const bootcamp: Program = httpServer({
  port: () => 8080,
  banner: () => ['Kubernetes Bootcamp App Started'],
  handler:
    ({ hostname }) =>
    () => ({ body: `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=1\n` }),
  stops: false,
});

/** echoserver: tells what it was asked. */
export const echoServer: Program = httpServer({
  port: () => 8080,
  handler:
    ({ hostname }) =>
    (call) => ({
      body: `\n\nHostname: ${hostname}\n\nRequest Information:\n\tclient_address=${call.remote.ip}\n\tmethod=${call.method}\n\treal path=${call.url}\n\trequest_version=1.1\n\nRequest Headers:\n${Object.entries(
        call.headers,
      )
        .map(([name, value]) => `\t${name}=${value}\n`)
        .join('')}\n`,
    }),
});

/** serve_hostname: its host name, and nothing else. */
export const serveHostname: Program = httpServer({
  port: () => 9376,
  handler:
    ({ hostname }) =>
    () => ({ body: `${hostname}\n` }),
});

/** luksa/kubia: says in which Pod it runs; the third version breaks at the fifth request. */
export function kubia(version: string): Program {
  return async (process) => {
    let requests = 0;
    return httpServer({
      port: () => 8080,
      banner: () => ['Kubia server starting...'],
      stops: false,
      handler:
        ({ hostname, stdout }) =>
        async (call) => {
          await stdout.write(`Received request from ::ffff:${call.remote.ip}\n`);
          requests++;
          if (version === 'v3' && requests >= 5) {
            return { status: 500, body: `Some internal error has occurred! This is pod ${hostname}\n` };
          }
          if (version === 'unhealthy' && requests > 5) {
            return { status: 500, body: "I'm not well. Please restart me!" };
          }
          return {
            body: /^v\d$/.test(version)
              ? `This is ${version} running in pod ${hostname}\n`
              : `You've hit ${hostname}\n`,
          };
        },
    })(process);
  };
}

/** Any image that nobody described: stays up, and answers on the ports that the Pod declares. */
export const unknownImage =
  (image: string, ports: () => readonly number[]): Program =>
  async (process) => {
    await process.stdout.write(
      `${image}: a simulated image; it stays up and answers on the ports that its Pod declares\n`,
    );
    const listeners = ports().map((port) =>
      process.net.serve(port, () => ({
        body: `${image} in Pod ${process.hostname}\n`,
        headers: { 'content-type': 'text/plain' },
      })),
    );
    try {
      await untilStopped(process);
      return 0;
    } finally {
      for (const listener of listeners) listener.close();
    }
  };
