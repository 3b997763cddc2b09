import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { attempt, isNetError } from '../programs/support/command.ts';
import { plainDate } from '../programs/support/date-format.ts';
import { flag, serveUntilStopped, target, text, untilStopped } from './serve.ts';

/** k8spatterns/mini-http-server: the same message for everybody. */
export const miniHttpServer: Program = async (process) =>
  serveUntilStopped(process, [
    {
      port: 8080,
      handler: async (call) => {
        await process.stdout.write(`${call.method} ${call.url} HTTP/1.1\n`);
        return text(`${process.env['MESSAGE'] ?? ''}\n`);
      },
      onTerm: 143,
    },
  ]);

/** k8spatterns/random-generator-log-ambassador: takes what is logged over HTTP and prints it. */
export const logAmbassador: Program = async (process) => {
  await process.stdout.write('Starting up random-generator Ambassador\n');
  const handler = async (call: HttpCall): Promise<HttpReply> => {
    const [, id = '', nanos = '', random = ''] = (await call.text()).trim().split(',');
    await process.stdout.write(`>>> ID: ${id} -- Duration: ${nanos} -- Random: ${random}\n`);
    return text('');
  };
  return serveUntilStopped(process, [{ port: 9009, host: '127.0.0.1', handler, onTerm: 143 }]);
};

/** k8spatterns/random-generator-exporter: how much the log says, as Prometheus reads it. */
export const logExporter: Program = async (process) => {
  const handler = (): HttpReply => {
    const read = attempt(() => process.fs.readText(process.env['LOG_FILE'] ?? '/logs/random.log'));
    const lines = 'value' in read ? read.value.split('\n').filter((line) => line !== '') : [];
    const nanos = lines.reduce((sum, line) => sum + Number(line.split(',')[2] ?? 0), 0);
    return text(
      `# HELP random_generator_count Number of random numbers\n# TYPE random_generator_count counter\nrandom_generator_count ${lines.length}\n# HELP random_generator_seconds_total Time that they took\n# TYPE random_generator_seconds_total counter\nrandom_generator_seconds_total ${nanos / 1e9}\n`,
    );
  };
  return serveUntilStopped(process, [{ port: 9889, handler, onTerm: 143 }]);
};

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** luksa/kubectl-proxy and k8spatterns/kubeapi-proxy: the API on localhost, as the Pod's ServiceAccount. */
export const apiProxy: Program = async (process) => {
  await process.stdout.write('Starting to serve on 127.0.0.1:8001\n');
  const handler = async (call: HttpCall): Promise<HttpReply> => {
    // Tokens are renewed while the Pod runs.
    const token = attempt(() => process.fs.readText(`${ACCOUNT}/token`));
    const ca = attempt(() => process.fs.readText(`${ACCOUNT}/ca.crt`));
    const { host: _, connection: __, 'content-length': ___, ...headers } = call.headers;
    const answer = await process.net.fetch(`https://kubernetes.default.svc${call.url}`, {
      method: call.method,
      headers: { ...headers, ...('value' in token && { authorization: `Bearer ${token.value}` }) },
      ...('value' in ca && { caPem: ca.value }),
      ...(call.method !== 'GET' && call.method !== 'HEAD' && { body: await call.text() }),
      signal: call.signal,
    });
    const { 'transfer-encoding': ____, 'content-length': _____, connection: ______, ...rest } = answer.headers;
    return { status: answer.status, headers: rest, body: answer.body };
  };
  return serveUntilStopped(process, [{ port: 8001, host: '127.0.0.1', handler, onTerm: 0 }]);
};

/** luksa/node-agent: how long the node runs, from its /proc or the container's. */
export const nodeAgent: Program = async (process) => {
  const port = portOf(flag(process, 'listen-address') ?? process.env['LISTEN_ADDRESS'], 80);
  const first = (name: string): string => {
    for (const folder of ['/host/proc', '/proc']) {
      const read = attempt(() => process.fs.readText(`${folder}/${name}`));
      if ('value' in read && read.value !== '') return read.value;
    }
    return '';
  };
  await process.stderr.write(`Node Agent 0.1 starting...\nListen address: ":${port}"\n`);
  const handler = (): HttpReply => {
    const seconds = Math.floor(Number(first('uptime').split(' ')[0] ?? 0));
    const uptime = `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m${seconds % 60}s`;
    const load = first('loadavg').split(' ').slice(0, 3).join(', ');
    return text(`${process.env['NODE_NAME'] ?? process.hostname} uptime: ${uptime}, load average: ${load}`);
  };
  return serveUntilStopped(process, [{ port, handler, onTerm: 143 }]);
};

/** luksa/static-http-server: one answer. */
export const staticHttpServer: Program = async (process) => {
  const port = portOf(flag(process, 'listen-address'), 8080);
  const reply = text(flag(process, 'response-text') ?? 'OK', Number(flag(process, 'response-code') ?? 200));
  return serveUntilStopped(process, [{ port, handler: () => reply, onTerm: 143 }]);
};

/** luksa/network-traffic-meter: every ten seconds, what came and went. */
export const trafficMeter: Program = async (process) => {
  const stop = untilStopped(process, 143);
  await process.stdout.write('[traffic-meter] Starting traffic meter...\n');
  for (;;) {
    const code = await Promise.race([stop, process.sleep(10_000)]);
    if (code !== undefined) return code;
    await process.stdout.write('[traffic-meter] Inbound: 0 bytes, Outbound: 0 bytes (last 10s)\n');
  }
};

/** luksa/network-connectivity-checker: ends well if a host is there. */
export const connectivityChecker: Program = async (process) => {
  const host = process.argv[1] ?? '1.1.1.1';
  await process.stdout.write(`Checking network connectivity to ${host} ...\n`);
  const code = await process.spawn(['ping', host, '-c', '1'], { stdout: SILENT, stderr: SILENT }).exited;
  await process.stdout.write(code === 0 ? 'Host appears to be reachable\n' : 'Host unreachable!\n');
  return code === 0 ? 0 : 1;
};

const SILENT = { write: async () => undefined, close: () => undefined };

/** luksa/memoryhog: takes as many bytes as it is told to. */
export const memoryHog: Program = async (process) => {
  const bytes = Number(process.argv[1] ?? 0);
  await process.stdout.write(`Allocating ${bytes} bytes of memory\n`);
  process.usage({ memoryBytes: bytes });
  return untilStopped(process, 143);
};

/** luksa/kubia-pet-peers: keeps what is posted, and asks its peers, whom it finds by SRV records, for theirs. */
export const kubiaPetPeers: Program = async (process) => {
  await process.stdout.write('Kubia server starting...\n');
  const file = '/var/data/kubia.txt';
  const stored = (): string => {
    const read = attempt(() => process.fs.readText(file));
    return 'value' in read ? read.value : 'No data posted yet';
  };
  const peers = async (): Promise<string> => {
    try {
      const records = await process.net.query('kubia.default.svc.cluster.local', 'SRV');
      const lines = records
        .flatMap((record) => (record.type === 'SRV' ? [record] : []))
        .map(async ({ target: host }) => {
          const answer = await process.net.fetch(`http://${host.replace(/\.$/, '')}:8080/data`).then(
            (got) => got.text(),
            (error: unknown) => (isNetError(error) ? `ERROR: ${error.code}\n` : Promise.reject(error)),
          );
          return `- ${host.replace(/\.$/, '')}: ${answer.replace(/\n?$/, '\n')}`;
        });
      return `Data stored in the cluster:\n${(await Promise.all(lines)).join('')}`;
    } catch (error) {
      if (isNetError(error)) return `Could not look up DNS SRV records: ${error.code}\n`;
      throw error;
    }
  };
  const handler = async (call: HttpCall): Promise<HttpReply> => {
    if (call.method === 'POST') {
      process.fs.writeFile(file, await call.text());
      await process.stdout.write('New data has been received and stored.\n');
      return text(`Data stored on pod ${process.hostname}\n`);
    }
    if (target(call).path === '/data') return text(`${stored()}\n`);
    return text(`You've hit ${process.hostname}\n${await peers()}`);
  };
  return serveUntilStopped(process, [{ port: 8080, handler }]);
};

/** k8spatterns/config-dev, and the images like it: hands its configuration to the container that follows. */
export const configInit: Program = async (process) => {
  const folder = process.argv[1] ?? '/config';
  for (const name of process.fs.readDirectory('/config-src'))
    process.fs.writeFile(`${folder}/${name}`, process.fs.readFile(`/config-src/${name}`));
  return 0;
};

/** k8spatterns/demo: shows the configuration that it was given. */
export const configDemo: Program = async (process) => {
  const handler = (): HttpReply => {
    const names = attempt(() => process.fs.readDirectory('/config'));
    const files =
      'value' in names ? names.value.filter((name) => process.fs.stat(`/config/${name}`).type === 'file') : [];
    return text(
      files.map((name) => process.fs.readText(`/config/${name}`)).join('') || 'no configuration in /config\n',
    );
  };
  return serveUntilStopped(process, [{ port: 8080, handler, onTerm: 143 }]);
};

/** k8spatterns/example-configuration-template-init: fills the templates of its image with the parameters that it is given. */
export const templateInit: Program = async (process) => {
  const out = flag(process, 'output-dir') ?? '/out';
  const source = (flag(process, 'datasource') ?? '').replace(/^\w+=/, '');
  const parameters = attempt(() => process.fs.readText(source));
  if ('error' in parameters) {
    await process.stderr.write(`failed to read datasource: open ${source}: no such file or directory\n`);
    return 1;
  }
  const values = new Map(
    [...parameters.value.matchAll(/^\s*(\w+):\s*"?(.*?)"?\s*$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  for (const name of process.fs.readDirectory('/in'))
    process.fs.writeFile(
      `${out}/${name}`,
      process.fs
        .readText(`/in/${name}`)
        .replace(/\{\{\s*(?:\.|\(ds "config"\)\.)(?:\w+\.)*(\w+)\s*\}\}/g, (_, key: string) => values.get(key) ?? ''),
    );
  return 0;
};

/** luksa/quiz-initdb-script-installer: puts the questions where mongo looks for them. */
export const scriptInstaller: Program = async (process) => {
  process.fs.writeFile('/initdb.d/insert-questions.js', process.fs.readFile('/insert-questions.js'));
  await process.stdout.write('Successfully copied insert-questions.js to /initdb.d\n');
  return 0;
};

/** A server that says when it began and answers nothing special: wildfly, registry, kaniko's like. */
export const plainServer =
  (port: number, line: (process: Process) => string, body = ''): Program =>
  async (process) => {
    await process.stdout.write(`${line(process)}\n`);
    return serveUntilStopped(process, [{ port, handler: () => text(body), onTerm: 143 }]);
  };

/** luksa/website-controller: says what it waits for. */
export const websiteController: Program = async (process) => {
  await process.stdout.write(`${plainDate(process.now())} website-controller started.\n`);
  return untilStopped(process, 143);
};

const portOf = (address: string | undefined, fallback: number): number =>
  Number(address?.replace(/^.*:/, '') || fallback);
