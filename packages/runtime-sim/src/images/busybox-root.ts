import type { ImageRecipe } from './build-image.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

/** Nobody has a password. */
const SHADOW = PASSWD.replace(/^([\w-]+):.*$/gm, '$1:*:::::::');

const GROUPS =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 kmem:9 wheel:10:root cdrom:11 dialout:18 floppy:19 video:28 ' +
  'audio:29 tape:32 www-data:33 operator:37 utmp:43 plugdev:46 staff:50 lock:54 netdev:82 users:100 nobody:65534';

const groupLine = (text: string): string => {
  const [name = '', number = '', members = ''] = text.split(':');
  return `${name}:x:${number}:${members}\n`;
};

/** The root of the image `busybox`: that of Buildroot, without what distributions have. @see https://github.com/docker-library/busybox */
export const BUSYBOX_ROOT: Pick<ImageRecipe, 'folders' | 'files' | 'links' | 'rootGroups'> = {
  folders: 'bin dev etc home lib proc root sys tmp usr usr/bin usr/sbin var var/spool var/spool/mail var/www'.split(
    ' ',
  ),
  files: { '/etc/passwd': PASSWD, '/etc/shadow': SHADOW, '/etc/group': GROUPS.split(' ').map(groupLine).join('') },
  links: { '/lib64': 'lib' },
  rootGroups: [0, 10],
};
