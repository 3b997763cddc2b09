import { SimVolume } from '../file-system/volume.ts';

const FOLDERS = [
  '/etc',
  '/var/log',
  '/var/lib/kubelet',
  '/var/run',
  '/run',
  '/tmp',
  '/root',
  '/home',
  '/usr',
  '/opt',
  '/mnt',
  '/srv',
  '/proc',
  '/sys',
  '/dev',
];

/** The disk of a node before anything has run on it. */
export function hostFiles(now: () => number, nodeName: string, addresses: readonly string[]): SimVolume {
  const volume = new SimVolume(now, { mode: 0o755 });
  const { fs } = volume;
  for (const path of FOLDERS) fs.mkdir(path, { recursive: true });
  fs.chmod('/tmp', 0o1777);
  fs.writeFile('/etc/hostname', `${nodeName}\n`);
  const own = addresses.map((ip) => `${ip}\t${nodeName}\n`).join('');
  fs.writeFile('/etc/hosts', `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${own}`);
  return volume;
}
