import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../replay/server.ts';

const testdata = (name: string): string => new URL(`./testdata/${name}`, import.meta.url).pathname;

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'tabernetes-certificates-'));
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Output, or what kubectl complains of. */
function kubectl(...args: readonly string[]): string {
  try {
    return execFileSync('kubectl', ['--kubeconfig', server.kubeconfig, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return String((error as { readonly stderr?: unknown }).stderr);
  }
}

test('a certificate that the cluster issued is an identity to the real kubectl', async () => {
  const request = readFileSync(testdata('jane.csr.pem')).toString('base64');
  const manifest = join(folder, 'csr.json');
  const csr = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'jane' },
    spec: { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
  };
  writeFileSync(manifest, JSON.stringify(csr));
  kubectl('apply', '-f', manifest);
  kubectl('certificate', 'approve', 'jane');
  kubectl('wait', 'csr/jane', '--for=jsonpath={.status.certificate}', '--timeout=20s');
  const certificate = join(folder, 'jane.crt');
  const issued = kubectl('get', 'csr', 'jane', '-o', 'jsonpath={.status.certificate}');
  writeFileSync(certificate, Buffer.from(issued, 'base64'));

  const key = testdata('jane.key.pem');
  kubectl(
    'config',
    'set-credentials',
    'jane',
    `--client-certificate=${certificate}`,
    `--client-key=${key}`,
    '--embed-certs',
  );
  kubectl(
    'config',
    'set-context',
    'jane',
    '--user=jane',
    `--cluster=${kubectl('config', 'view', '-o', 'jsonpath={.clusters[0].name}')}`,
  );
  expect(
    kubectl('--context=jane', 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username} {.status.userInfo.groups}'),
  ).toBe('jane ["ops","devs","system:authenticated"]');
  expect(kubectl('--context=jane', 'get', 'pods')).toContain(
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  kubectl('create', 'rolebinding', 'devs', '--clusterrole=view', '--group=devs');
  expect(kubectl('--context=jane', 'get', 'pods', '-o', 'name')).toBe('');
}, 60_000);
