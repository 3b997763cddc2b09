/**
 * Why a command of a session with a real kubelet prints otherwise here. What is not in this list is a bug; what is in it and has become
 * the same has to go.
 */
export const CAUSES = {
  step: 'A look at a set time catches a state that lasts a second or two: ours is one step before or behind.',
  load: 'Eight Pods that start at once kept the two processors of the recorder busy for seconds; ours start sooner.',
  machine:
    'The machine of the recorder: kernel and control groups, runtime and disks, identifiers, devices, what else had run on it.',
  order: 'Which of two things that happen at once is told of last.',
  names:
    'Events are listed by their names, which hold the time to the nanosecond, and which of several of one moment comes last is chance.',
  chance: 'A number by chance: digits in the name of a folder, the port that a client calls from, the phase of a poll.',
  jitter: 'Between two tries of what failed a kubelet waits ten to fifteen seconds, by chance.',
  race: 'A line that the real one prints or loses by chance: a stream that is closed while it still speaks, a cache that was not filled.',
  pause: 'The pause container of the recorder was a shell that sleeps, and his first processes got higher numbers.',
  httpd:
    'His stand-in for nginx was a web server of busybox 1.35, with other letters in its headers and another date on its page.',
  log: 'A log line, with its time and process, was written to a file, where such things are not blanked.',
  digest:
    'Of an image that is pulled by its digest the name is known where another name led to it before: his node had more names.',
  hash: 'A static Pod is told apart by a hash of its manifest and its file, which had another name.',
  cache: 'The command box keeps no cache of discovery, and its server has an address of its own.',
  instant:
    'Here one command writes three objects in no time, so the scheduler sees the Pod before the volume is ready.',
  terminal:
    'A terminal of no known size is one of 80 columns here; his busybox, of Debian, greets who opens a shell, and draws otherwise.',
  period: 'Manifests are looked for every twenty seconds: the age is that of another round.',
} as const;

export type Cause = keyof typeof CAUSES;

/** By session, the commands that count, from 1. */
export const EXPLAINED: Readonly<Record<string, Readonly<Record<number, Cause>>>> = {
  'kubelet-backoff-long': { 2: 'step', 4: 'step', 5: 'step', 8: 'step', 10: 'step' },
  'kubelet-cni-missing': { 14: 'step', 15: 'names' },
  'kubelet-completed': { 18: 'jitter', 21: 'jitter' },
  'kubelet-configmap-update': { 4: 'chance', 5: 'chance' },
  'kubelet-crashloop': { 10: 'step', 11: 'step', 12: 'step', 16: 'jitter' },
  'kubelet-debug': { 10: 'pause', 18: 'race' },
  'kubelet-drain': { 12: 'names' },
  'kubelet-emptydir-evict': { 13: 'order' },
  'kubelet-exec': { 14: 'race', 23: 'cache' },
  'kubelet-hostname-hosts': { 7: 'machine', 8: 'machine' },
  'kubelet-lifecycle-hooks': { 2: 'load', 3: 'load', 4: 'load', 5: 'load', 26: 'load' },
  'kubelet-logs': { 23: 'step', 24: 'step' },
  'kubelet-node-facts': {
    3: 'machine',
    4: 'machine',
    5: 'machine',
    6: 'machine',
    7: 'machine',
    10: 'machine',
    12: 'machine',
    13: 'machine',
  },
  'kubelet-pod-running': { 7: 'chance' },
  'kubelet-port-forward': { 3: 'httpd', 8: 'log' },
  'kubelet-probe-terms': { 2: 'step', 18: 'step' },
  'kubelet-pull-errors': { 15: 'jitter', 16: 'step', 17: 'step' },
  'kubelet-pull-policy': { 4: 'race', 20: 'race' },
  'kubelet-restart': { 19: 'machine', 20: 'order', 21: 'step' },
  'kubelet-sandbox-fail': { 7: 'digest' },
  'kubelet-share-pid': { 3: 'pause', 8: 'machine' },
  'kubelet-static-pod': { 3: 'hash', 4: 'hash', 12: 'period' },
  'kubelet-static-pv': { 4: 'instant', 6: 'instant', 9: 'step' },
  'kubelet-termination': { 25: 'step' },
  'kubelet-tty': { 4: 'terminal', 6: 'terminal', 7: 'terminal', 8: 'terminal', 10: 'terminal' },
};
