import type { Process } from '@tabernetes/node-api';
import { command, Failure } from '../support/command.ts';
import { parseOptions } from '../support/options.ts';
import { cardOf, networkOf } from './ip.ts';

/** Shows the network interfaces of the Pod; nobody may change them. Packets are not counted. */
export const ifconfig = command('[-a] [INTERFACE]', async ({ argv, net, stdout }) => {
  const [name, ...changes] = argv.slice(1).filter((word) => word !== '-a');
  const [address] = net.addresses;
  const shown = [...(address === undefined ? [] : [ethernet(address)]), LOOPBACK].filter(
    (text) => name === undefined || text.startsWith(`${name} `),
  );
  if (shown.length === 0) throw new Failure(`${name}: error fetching interface information: Device not found`);
  if (changes.length > 0) throw new Failure('SIOCSIFFLAGS: Operation not permitted');
  await stdout.write(shown.join(''));
  return 0;
});

const COUNTERS = (queue: string): string =>
  `          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:${queue}
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

`;

const LOOPBACK = `lo        Link encap:Local Loopback  
          inet addr:127.0.0.1  Mask:255.0.0.0
          inet6 addr: ::1/128 Scope:Host
          UP LOOPBACK RUNNING  MTU:65536  Metric:1
${COUNTERS('1000 ')}`;

function ethernet(address: string): string {
  const { hardware, local } = cardOf(address);
  return `eth0      Link encap:Ethernet  HWaddr ${hardware.toUpperCase()}  
          inet addr:${address}  Bcast:${networkOf(address)}.255  Mask:255.255.255.0
          inet6 addr: ${local}/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
${COUNTERS('0 ')}`;
}

/** Shows the routes of the Pod; nobody may change them. */
export const route = command('[-ne] [{add|del} TARGET]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'neA:');
  if (options.operands.length > 0) throw new Failure('SIOCADDRT: Operation not permitted');
  await process.stdout.write(routeTable(process, options.has('n'), options.has('e')));
  return 0;
});

/** @param windows with the columns of netstat in place of metric and use */
function routeTable({ net }: Process, numeric: boolean, windows: boolean): string {
  const network = networkOf(net.addresses[0] ?? '10.0.0.1');
  const row = (to: string, gateway: string, mask: string, flags: string): string =>
    `${to.padEnd(15)} ${gateway.padEnd(15)} ${mask.padEnd(15)} ${flags.padEnd(6)}${windows ? '    0 0          0' : '0      0        0'} eth0\n`;
  const [all, none] = numeric ? ['0.0.0.0', '0.0.0.0'] : ['default', '*'];
  const columns = windows ? '  MSS Window  irtt' : 'Metric Ref    Use';
  return `Kernel IP routing table
Destination     Gateway         Genmask         Flags ${columns} Iface
${row(all, `${network}.1`, '0.0.0.0', 'UG')}${row(`${network}.0`, none, '255.255.255.0', 'U')}`;
}

/** Shows the neighbours whose hardware addresses are known; nobody may change them. */
export const arp = command('[-vn] [-i IF] [-a] [HOST]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'vni:aeH:t:A:p:d:s:');
  if (options.has('d') || options.has('s')) throw new Failure('SIOCDARP(priv): Operation not permitted');
  const [address] = process.net.addresses;
  const known = address === undefined ? [] : [`${networkOf(address)}.1`];
  const [host] = options.operands;
  const shown = known.filter((each) => host === undefined || each === host);
  for (const each of shown) await process.stdout.write(`? (${each}) at ${cardOf(each).hardware} [ether]  on eth0\n`);
  if (shown.length === 0) await process.stdout.write(`No match found in ${known.length} entries\n`);
  return 0;
});

/** The ports of the Pod that somebody listens on, its connections, its routes. Whose they are is not known. */
export const netstat = command('[-ral] [-tuwx] [-enp]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'raltuwxenpW', {
    all: 'a',
    listening: 'l',
    numeric: 'n',
    program: 'p',
    route: 'r',
    tcp: 't',
    udp: 'u',
  });
  if (options.has('r')) {
    await process.stdout.write(routeTable(process, options.has('n'), true));
    return 0;
  }
  const which = options.has('a') ? 'servers and established' : options.has('l') ? 'only servers' : 'w/o servers';
  const everything = !['t', 'u', 'w', 'x'].some((letter) => options.has(letter));
  const owner = options.has('p');
  const out: string[] = [];
  if (everything || ['t', 'u', 'w'].some((letter) => options.has(letter))) {
    out.push(
      `Active Internet connections (${which})\n`,
      `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${owner ? 'PID/Program name    ' : ''}\n`,
    );
    const sockets = everything || options.has('t') ? (process.net.sockets?.() ?? []) : [];
    for (const { local, remote } of sockets) {
      if (remote === undefined ? !options.has('a') && !options.has('l') : options.has('l') && !options.has('a'))
        continue;
      const from = `${local.ip}:${local.port}`.padEnd(23);
      const to = (remote === undefined ? '0.0.0.0:*' : `${remote.ip}:${remote.port}`).padEnd(23);
      const state = (remote === undefined ? 'LISTEN' : 'ESTABLISHED').padEnd(12);
      out.push(`tcp        0      0 ${from} ${to} ${state}${owner ? '-' : ''}\n`);
    }
  }
  if (everything || options.has('x')) {
    out.push(
      `Active UNIX domain sockets (${which})\n`,
      `Proto RefCnt Flags       Type       State         I-Node ${owner ? 'PID/Program name    ' : ''}Path\n`,
    );
  }
  await process.stdout.write(out.join(''));
  return 0;
});
