/** Linux capabilities, by bit. @see https://man7.org/linux/man-pages/man7/capabilities.7.html */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

const ALL = (1n << BigInt(NAMES.length)) - 1n;

/** What containerd gives a container that asks for nothing. */
export const DEFAULT_CAPABILITIES = 0xa80425fbn;

/** The set that a container gets. Names come with or without CAP_, in any case; unknown ones are passed over. */
export function capabilityBits(
  { add, drop }: { readonly add: readonly string[]; readonly drop: readonly string[] },
  privileged: boolean,
): bigint {
  if (privileged) return ALL;
  let bits = has(add, 'ALL') ? ALL : DEFAULT_CAPABILITIES;
  if (has(drop, 'ALL')) bits = 0n;
  for (const name of drop) bits &= ~bitOf(name);
  for (const name of add) bits |= bitOf(name);
  return bits;
}

function has(names: readonly string[], name: string): boolean {
  return names.some((other) => plain(other) === name);
}

function bitOf(name: string): bigint {
  const index = NAMES.indexOf(plain(name));
  return index < 0 ? 0n : 1n << BigInt(index);
}

function plain(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
