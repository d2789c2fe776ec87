/**
 * What `halfopen serve` says to people, in English and Korean. Words by the glossary; in Korean a variable is followed
 * only by particles that never change.
 */
import type { Language } from '../base/language.ts';

export interface ServeWords {
  readonly about: string;
  readonly helpDirectory: string;
  readonly helpTap: string;
  readonly helpAddress: string;
  readonly helpPort: string;
  readonly helpMtu: string;
  readonly helpLoss: string;
  readonly helpReorder: string;
  readonly helpDelay: string;
  readonly helpSeed: string;

  readonly noDirectory: (path: string, reason: string) => string;
  readonly notADirectory: (path: string) => string;
  readonly wrongTap: (value: string) => string;
  readonly wrongAddress: (value: string) => string;
  readonly noRoomForKernel: (value: string) => string;
  readonly wrongPort: (value: string) => string;
  readonly wrongMtu: (value: string) => string;
  readonly wrongShare: (option: string, value: string) => string;
  readonly wrongDelay: (value: string) => string;
  readonly wrongSeed: (value: string) => string;
  readonly networkInUse: (network: string, device: string, address: string) => string;
  readonly notLinux: string;
  readonly notRoot: string;
  readonly noTun: string;
  readonly nameInUse: (name: string) => string;
  readonly failed: (reason: string) => string;
  readonly deviceGone: (name: string) => string;

  readonly serving: (directory: string, url: string) => string;
  readonly how: (name: string, kernel: string, ours: string) => string;
  readonly bad: (what: string) => string;
  readonly stop: string;
  readonly stopped: (name: string) => string;
  readonly none: string;
  readonly more: (count: number) => string;
  readonly written: string;
  readonly sent: string;
  readonly acknowledged: string;
  readonly unsent: string;
  readonly unacknowledged: string;
  readonly unread: string;
  readonly resent: (count: number) => string;
  readonly closed: (seconds: string) => string;
}

const EN: ServeWords = {
  about: 'serve files over HTTP with this TCP, to the real kernel on the other end of a TAP device (needs root)',
  helpDirectory: 'the directory whose files are served',
  helpTap: 'name of the TAP device, which is made and removed again',
  helpAddress: "our address with its network; the kernel's end gets the network's first address",
  helpPort: 'the port to listen on',
  helpMtu: 'longest IP packet on the device, in bytes',
  helpLoss: 'share of the frames that the cable on our side loses, 0 to 1',
  helpReorder: 'share of the frames that arrive after later ones, 0 to 1',
  helpDelay: 'how long each frame takes on our side, such as 5ms',
  helpSeed: 'seed of what happens on the cable',

  noDirectory: (path, reason) => `cannot serve ${path}: ${reason}`,
  notADirectory: (path) => `cannot serve ${path}: it is not a directory`,
  wrongTap: (value) => `--tap ${value}: a device's name has 1 to 15 characters, no blanks and none of / : %`,
  wrongAddress: (value) => `--address ${value}: must be an address with its network, such as 10.77.0.2/24`,
  noRoomForKernel: (value) =>
    `--address ${value}: the network's first address is the kernel's; take another, in a network of /30 or larger`,
  wrongPort: (value) => `--port ${value}: must be an integer from 1 to 65535`,
  wrongMtu: (value) => `--mtu ${value}: must be an integer from 576 to 65521`,
  wrongShare: (option, value) => `${option} ${value}: must be a number from 0 to 1`,
  wrongDelay: (value) => `--delay ${value}: must be a time such as 5ms`,
  wrongSeed: (value) => `--seed ${value}: must be an integer from 0 to 4294967295`,
  networkInUse: (network, device, address) =>
    `--address: this machine uses ${network} already (${address} on ${device}); take another network`,
  notLinux: 'serve needs Linux: it uses a TAP device',
  notRoot: 'serve needs root: it makes a network device (CAP_NET_ADMIN)',
  noTun: 'serve needs /dev/net/tun, which this machine does not have (modprobe tun)',
  nameInUse: (name) => `--tap ${name}: this machine has a device of that name already`,
  failed: (reason) => `serve failed: ${reason}`,
  deviceGone: (name) => `the device ${name} was removed`,

  serving: (directory, url) => `serving ${directory} at ${url}`,
  how: (name, kernel, ours) => `the kernel is ${kernel} on ${name}; ${ours} is halfopen's own TCP/IP`,
  bad: (what) => `the cable on our side: ${what}`,
  stop: 'Ctrl-C ends',
  stopped: (name) => `stopped; ${name} is gone`,
  none: 'no connection',
  more: (count) => `and ${count} more`,
  written: 'written',
  sent: 'sent',
  acknowledged: 'acknowledged',
  unsent: 'unsent',
  unacknowledged: 'unacknowledged',
  unread: 'unread',
  resent: (count) => (count === 1 ? '1 segment sent again' : `${count} segments sent again`),
  closed: (seconds) => `closed after ${seconds} s`,
};

const KO: ServeWords = {
  about: '이 TCP로 파일을 HTTP로 제공합니다. 상대는 TAP 장치 반대쪽의 실제 커널입니다(root 필요)',
  helpDirectory: '파일을 제공할 디렉터리',
  helpTap: 'TAP 장치의 이름. 만들었다가 다시 없앱니다',
  helpAddress: '우리 쪽 주소와 네트워크. 커널 쪽은 그 네트워크의 첫 주소를 받습니다',
  helpPort: '기다릴 포트',
  helpMtu: '장치에서 가장 긴 IP 패킷(바이트)',
  helpLoss: '우리 쪽 케이블이 잃어버리는 프레임의 비율, 0에서 1',
  helpReorder: '나중 프레임보다 늦게 도착하는 프레임의 비율, 0에서 1',
  helpDelay: '우리 쪽에서 프레임 하나에 걸리는 시간(예: 5ms)',
  helpSeed: '케이블에서 일어나는 일의 시드',

  noDirectory: (path, reason) => `${path}: 제공할 수 없습니다(${reason})`,
  notADirectory: (path) => `${path}: 디렉터리가 아닙니다`,
  wrongTap: (value) => `--tap ${value}: 장치 이름은 1~15자이고 빈칸과 / : % 글자를 쓸 수 없습니다`,
  wrongAddress: (value) => `--address ${value}: 10.77.0.2/24 같은 주소와 네트워크여야 합니다`,
  noRoomForKernel: (value) =>
    `--address ${value}: 네트워크의 첫 주소는 커널의 것입니다. /30 이상의 네트워크에서 다른 주소를 고르십시오`,
  wrongPort: (value) => `--port ${value}: 1에서 65535까지의 정수여야 합니다`,
  wrongMtu: (value) => `--mtu ${value}: 576에서 65521까지의 정수여야 합니다`,
  wrongShare: (option, value) => `${option} ${value}: 0에서 1까지의 수여야 합니다`,
  wrongDelay: (value) => `--delay ${value}: 5ms 같은 시간이어야 합니다`,
  wrongSeed: (value) => `--seed ${value}: 0에서 4294967295까지의 정수여야 합니다`,
  networkInUse: (network, device, address) =>
    `--address: 이 컴퓨터에서 이미 쓰는 네트워크입니다: ${network}(${device}의 ${address}). 다른 네트워크를 고르십시오`,
  notLinux: 'serve 명령에는 Linux가 필요합니다. TAP 장치를 씁니다',
  notRoot: 'serve 명령에는 root 권한이 필요합니다. 네트워크 장치를 만듭니다(CAP_NET_ADMIN)',
  noTun: 'serve 명령에는 /dev/net/tun 장치가 필요한데 이 컴퓨터에 없습니다(modprobe tun)',
  nameInUse: (name) => `--tap ${name}: 같은 이름의 장치가 이미 있습니다`,
  failed: (reason) => `serve 실패: ${reason}`,
  deviceGone: (name) => `장치 ${name}: 누군가 없앴습니다`,

  serving: (directory, url) => `${directory} → ${url} 제공 중`,
  how: (name, kernel, ours) => `${name}: 커널 쪽은 ${kernel}, halfopen 자신의 TCP/IP 쪽은 ${ours}`,
  bad: (what) => `우리 쪽 케이블: ${what}`,
  stop: 'Ctrl-C: 끝',
  stopped: (name) => `끝났습니다. 장치 ${name}: 없앴습니다`,
  none: '연결 없음',
  more: (count) => `그 밖에 ${count}개`,
  written: '복사됨',
  sent: '보냄',
  acknowledged: '확인됨',
  unsent: '미전송',
  unacknowledged: '확인 대기',
  unread: '읽기 전',
  resent: (count) => `다시 보낸 세그먼트 ${count}개`,
  closed: (seconds) => `${seconds}초 뒤 닫힘`,
};

const WORDS: { readonly [L in Language]: ServeWords } = { en: EN, ko: KO };

export function serveWords(language: Language): ServeWords {
  return WORDS[language];
}
