import type { Program } from '@tabernetes/node-api';
import type { Applet } from '../process/proc.ts';
import { gzip } from './archive/gzip.ts';
import { tar } from './archive/tar.ts';
import { awk } from './awk/awk.ts';
import { base64, cmp } from './base64.ts';
import { cat } from './cat.ts';
import { md5sum, sha1sum, sha256sum, sha512sum } from './checksums.ts';
import { cut } from './cut.ts';
import { date } from './date.ts';
import { dd } from './dd.ts';
import { diff } from './diff.ts';
import { hexdump, od, xxd } from './dump.ts';
import { echo } from './echo.ts';
import { env, printenv } from './env.ts';
import { expr } from './expr.ts';
import { cp, ln, mkdir, mkfifo, mktemp, mv, rm, rmdir, touch } from './files.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { head } from './head.ts';
import { jq } from './jq/jq.ts';
import { comm, fold, nl, paste, rev, seq, split, tac, yes } from './lines.ts';
import { ls } from './ls.ts';
import { curl } from './net/curl.ts';
import { dig, getent, host } from './net/dns.ts';
import { httpd } from './net/httpd.ts';
import { ip } from './net/ip.ts';
import { nc, telnet } from './net/nc.ts';
import { arp, ifconfig, netstat, route } from './net/net-tools.ts';
import { nslookup, nslookupOfBind } from './net/nslookup.ts';
import { ping, traceroute } from './net/ping.ts';
import { wget } from './net/wget.ts';
import { basename, dirname, pwd, readlink, realpath, which } from './paths.ts';
import { chmod, chown } from './permissions.ts';
import { printf } from './printf.ts';
import { busybox, gnuTimeout, kill, killall, nohup, pidof, ps, time, timeout, top, watch } from './processes.ts';
import { script } from './script.ts';
import { sed } from './sed/sed.ts';
import { sleep, usleep } from './sleep.ts';
import { arch, dmesg, dos2unix, factor, hostid, link, shuf, truncate, umount, unlink, who } from './small-tools.ts';
import { sort } from './sort.ts';
import { stat } from './stat.ts';
import { stty } from './stty.ts';
import { su } from './su.ts';
import {
  clear,
  df,
  du,
  free,
  groups,
  hostname,
  id,
  mount,
  nproc,
  sync,
  sysctl,
  tty,
  uname,
  uptime,
  whoami,
} from './system.ts';
import { tail } from './tail.ts';
import { tee } from './tee.ts';
import { test } from './test.ts';
import { tr } from './tr.ts';
import { falseProgram, trueProgram } from './true.ts';
import { uniq } from './uniq.ts';
import { less, more, strings } from './viewers.ts';
import { wc } from './wc.ts';
import { xargs } from './xargs.ts';

/** The programs that every image with a shell has in /bin, by name. */
export const PROGRAMS: Readonly<Record<string, Program | Applet>> = {
  '[': test,
  arch,
  arp,
  awk,
  base64,
  basename,
  busybox,
  cat,
  chgrp: chown,
  chmod,
  chown,
  clear,
  cmp,
  comm,
  cp,
  cut,
  date,
  dd,
  df,
  diff,
  dirname,
  dmesg,
  dnsdomainname: hostname,
  dos2unix,
  du,
  echo,
  egrep: grep,
  env,
  expr,
  factor,
  false: falseProgram,
  fgrep: grep,
  find,
  fold,
  free,
  getent,
  grep,
  groups,
  gunzip: gzip,
  gzip,
  head,
  hexdump,
  hostid,
  hostname,
  httpd,
  id,
  ifconfig,
  ip,
  kill,
  killall,
  less,
  link,
  ln,
  ls,
  md5sum,
  mkdir,
  mkfifo,
  mktemp,
  more,
  mount,
  mv,
  nc,
  netstat,
  nice: nohup,
  nl,
  nohup,
  nproc,
  nslookup,
  od,
  paste,
  pgrep: pidof,
  pidof,
  ping,
  pkill: killall,
  printenv,
  printf,
  ps,
  pwd,
  readlink,
  realpath,
  rev,
  rm,
  rmdir,
  route,
  sed,
  seq,
  setsid: nohup,
  sha1sum,
  sha256sum,
  sha512sum,
  shuf,
  sleep,
  sort,
  split,
  stat,
  strings,
  stty,
  su,
  sync,
  sysctl,
  tac,
  tail,
  tar,
  tee,
  telnet,
  test,
  time,
  timeout,
  top,
  touch,
  tr,
  traceroute,
  true: trueProgram,
  truncate,
  tty,
  umount,
  uname,
  uniq,
  unix2dos: dos2unix,
  unlink,
  uptime,
  usleep,
  w: who,
  watch,
  wc,
  wget,
  which,
  who,
  whoami,
  xargs,
  xxd,
  yes,
  zcat: gzip,
};

/** Programs that do otherwise in distributions than in busybox, by name. */
export const GNU_PROGRAMS: Readonly<Record<string, Program>> = { script, timeout: gnuTimeout };

/** Programs that only some images bring, by name. */
export const EXTRA_PROGRAMS: Readonly<Record<string, Program>> = {
  curl,
  dig,
  host,
  jq,
  nslookup: nslookupOfBind,
};
