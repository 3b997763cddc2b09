/**
 * Blanks what differs between two runs of the same control plane: uids, times, ages, random suffixes, addresses that
 * the server picks. Order matters: later rules see what earlier ones have put.
 */
export function normalise(line: string): string {
  let text = line.replaceAll('\u00a0', ' ');
  for (const [pattern, put] of RULES) {
    // A quantity such as 500m is no age.
    if (put === '<age>' && text.includes('cpu')) continue;
    text = text.replace(pattern, put);
  }
  const head = /^(! )?\s*/.exec(text)?.[0] ?? '';
  return (head + text.slice(head.length).replace(/[ \t]+/g, ' ')).trimEnd();
}

/** The alphabet of generated names. */
const A = 'bcdfghjklmnpqrstvwxz2456789';
const DAY = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const MONTH = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4})?( UTC)?( m=\S+)?/g, '<time>'],
  [new RegExp(`\\b(${DAY}), \\d\\d (${MONTH}) 20\\d\\d \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}`, 'g'), '<time>'],
  [/^! [IEWF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, '! <klog> '],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1-N'],
  [/\/tmp\/kubectl-edit-\d+\.yaml/g, '<edit>'],
  [/edit-last-applied-config-\d+\.yaml/g, '<edit>'],
  [/("?[rR]esourceVersion\\?"?: ?\\?"?)\d+/g, '$1<rv>'],
  [/(Resource Version:\s+)\d+/g, '$1<rv>'],
  [/\d+ \(\d+\)"/g, '<rv>"'],
  [/"rv":\d+/g, '"rv":<rv>'],
  [/resourceVersion=\d+/g, 'resourceVersion=<rv>'],
  [/(containerd:\/\/|sha256:)[0-9a-f]{64}/g, '$1<id>'],
  [/eyJ[\w-]+(\.[\w-]+)*/g, '<secret>'],
  [/LS0tLS1CRUdJTi[\w+/=]+/g, '<secret>'],
  [/https:\/\/(127\.0\.0\.1|localhost):\d{4,5}/g, '<server>'],
  [/(127\.0\.0\.1|localhost):\d{4,5}/g, '<server>'],
  [/\d+ milliseconds/g, '<ms>'],
  [new RegExp(`kube-api-access-[${A}]{5}`, 'g'), 'kube-api-access-<x>'],
  [new RegExp(`\\b([a-z0-9.-]+-)([${A}]{6,10})-([${A}]{5})\\b`, 'g'), '$1<hash>-<x>'],
  [new RegExp(`(pod-template-hash[=:]\\s?"?)[${A}]{6,10}`, 'g'), '$1<hash>'],
  [new RegExp(`(controller-revision-hash[=:]\\s?"?\\S*?)[${A}]{6,10}\\b`, 'g'), '$1<hash>'],
  [new RegExp(`\\b([a-z0-9.-]+-)[${A}]{8,10}\\b`, 'g'), '$1<hash>'],
  [new RegExp(`-[${A}]{5}\\b(?![-.\\w])`, 'g'), '-<x>'],
  [/\b10\.244\.\d+\.\d+\b/g, '<podip>'],
  [/\b10\.(9[6-9]|10[0-9]|11[01])\.\d+\.\d+\b/g, '<clusterip>'],
  [/\b(?!30080|30081|30099|32767)3[0-2]\d{3}\b/g, '<nodeport>'],
  [/\b(hello|tick)-\d{8}\b/g, '$1-<minute>'],
  [/\(\d+[smhd]+ ago\)/g, '(<age> ago)'],
  [/\(x\d+ over \d+[smhd\d]*\)/g, '(xN over <age>)'],
  [/(?<=[\s(])(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(?=\s|$)/g, '<age>'],
  [/\.\.20\d\d_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+/g, '..<stamp>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/in \d+(\.\d+)?m?s \(\S+ including waiting\)/g, 'in <d>'],
  [/Image size: \d+ bytes/g, 'Image size: <n> bytes'],
  [/(::ffff:)?10\.244\.\d+\.\d+\]?:\d{5}/g, '<podip>:<port>'],
  [/real\s+0m.*s/g, 'real <d>'],
  [/\b0xc[0-9a-f]{6,}\b/g, '<ptr>'],
  [/((?:nodeName: |nominatedNodeName: |Node:\s+|to ))node-[123]\b/g, '$1<node>'],
  [/(<podip>\s+|<none>\s+(?=node-[123]\s+<none>))node-[123]\b/g, '$1<node>'],
  [/\bnode-[123]\b\/172\.18\.0\.\d/g, '<node>'],
  [/\b172\.18\.0\.[234]\b/g, '<nodeip>'],
  [/"(gitCommit|buildDate|goVersion|gitVersion)": "[^"]*"/g, '"$1": "<build>"'],
];
