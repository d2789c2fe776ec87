/** What each field of a frame is for, in one line. By 'LAYER name' of `fields.ts`. */
import type { Text } from '../language.ts';

export const MEANINGS: Readonly<Record<string, Text>> = {
  'Ethernet destination': { en: 'the interface that is to take the frame', ko: '이 프레임을 받을 인터페이스' },
  'Ethernet source': { en: 'the interface that sent the frame', ko: '이 프레임을 보낸 인터페이스' },
  'Ethernet type': {
    en: 'what the frame carries: 0x0800 IPv4, 0x86dd IPv6, 0x0806 ARP',
    ko: '프레임에 담긴 것: 0x0800은 IPv4, 0x86dd는 IPv6, 0x0806은 ARP',
  },
  'ARP operation': { en: 'a question for a hardware address, or its answer', ko: '하드웨어 주소를 묻거나 답함' },
  'IPv4 total length': { en: 'bytes of the packet, header and all', ko: '헤더를 포함한 패킷의 바이트 수' },
  'IPv4 identification': { en: 'which fragments belong together', ko: '어느 조각끼리 한 패킷인지' },
  'IPv4 flags, fragment offset': {
    en: 'may it be cut, and which part is it',
    ko: '나누어도 되는지, 그리고 몇 번째 조각인지',
  },
  'IPv4 time to live': { en: 'routers that it may still pass', ko: '앞으로 지날 수 있는 라우터의 수' },
  'IPv4 protocol': { en: 'what the packet carries', ko: '패킷에 담긴 프로토콜' },
  'IPv4 header checksum': { en: 'of the header alone', ko: '헤더만 검사하는 값' },
  'IPv4 source address': { en: 'the host that sent the packet', ko: '패킷을 보낸 호스트' },
  'IPv4 destination address': { en: 'the host that the packet is for', ko: '패킷을 받을 호스트' },
  'IPv6 payload length': { en: 'bytes behind the first 40', ko: '앞의 40바이트 뒤에 오는 바이트 수' },
  'IPv6 next header': { en: 'what stands behind this header', ko: '이 헤더 뒤에 오는 것' },
  'IPv6 hop limit': { en: 'routers that it may still pass', ko: '앞으로 지날 수 있는 라우터의 수' },
  'IPv6 source address': { en: 'the host that sent the packet', ko: '패킷을 보낸 호스트' },
  'IPv6 destination address': { en: 'the host that the packet is for', ko: '패킷을 받을 호스트' },
  'IPv6 fragment offset, more': {
    en: 'which part of a packet it is, and whether it is the last',
    ko: '패킷의 어느 부분인지, 그리고 마지막 조각인지',
  },
  'IPv6 identification': { en: 'which fragments belong together', ko: '어느 조각끼리 한 패킷인지' },
  'ICMPv6 type': {
    en: 'what it tells: 1 unreachable, 2 too big, 3 time exceeded, 128 and 129 echo, 135 and 136 neighbors',
    ko: '알리는 것: 1은 도달 불가, 2는 너무 큼, 3은 시간 초과, 128과 129는 에코, 135와 136은 이웃 탐색',
  },
  'ICMPv6 code': { en: 'the reason within the type', ko: '종류 안에서의 까닭' },
  'ICMPv6 target address': {
    en: 'whose hardware address is asked for or told',
    ko: '하드웨어 주소를 묻거나 알리는 대상',
  },
  'TCP source port': { en: 'the sending socket at its host', ko: '보내는 쪽 소켓의 포트' },
  'TCP destination port': { en: 'the receiving socket at its host', ko: '받는 쪽 소켓의 포트' },
  'TCP sequence number': {
    en: 'number of the first byte of data here, or of the SYN or FIN',
    ko: '여기 담긴 첫 데이터 바이트(또는 SYN, FIN)의 번호',
  },
  'TCP acknowledgment number': {
    en: 'all bytes before this number have arrived',
    ko: '이 번호 앞의 바이트는 모두 도착했음',
  },
  'TCP data offset': { en: 'where the data begins', ko: '데이터가 시작하는 자리' },
  'TCP control bits': {
    en: 'what the segment does: SYN opens, FIN ends a channel, RST voids the connection',
    ko: '세그먼트가 하는 일: SYN은 열기, FIN은 채널 끝내기, RST는 연결 무효',
  },
  'TCP window': {
    en: 'room in the sender’s own receive buffer, to be shifted by its window scale',
    ko: '보낸 쪽 수신 버퍼의 빈자리(윈도우 스케일만큼 곱함)',
  },
  'TCP checksum': { en: 'of header and data, and the two addresses', ko: '헤더와 데이터, 두 주소를 검사하는 값' },
  'TCP urgent pointer': {
    en: 'behind the last urgent byte; counts only with URG',
    ko: '긴급 바이트의 끝. URG가 있을 때만 뜻이 있음',
  },
  'TCP option: maximum segment size': {
    en: 'the longest segment that it can take',
    ko: '받을 수 있는 가장 긴 세그먼트',
  },
  'TCP option: window scale': { en: 'by how much its windows are to be multiplied', ko: '수신 윈도우에 곱할 값' },
  'TCP option: SACK permitted': {
    en: 'it can tell which bytes behind a hole it has',
    ko: '빈틈 뒤의 바이트를 받았다고 알릴 수 있음',
  },
  'TCP option: SACK': { en: 'bytes behind a hole that have arrived', ko: '빈틈 뒤에 도착한 바이트' },
  'TCP option: timestamps': {
    en: 'its clock, and the one that it saw last: for the round trip time',
    ko: '자기 시계와 마지막으로 본 상대 시계. 왕복 시간을 재는 데 씀',
  },
  'TCP option: no-operation': { en: 'fills up to a multiple of four', ko: '4의 배수로 맞추는 채움' },
  'UDP length': { en: 'bytes of header and data', ko: '헤더와 데이터의 바이트 수' },
  'ICMP type': {
    en: '0 and 8 echo, 3 unreachable, 11 time exceeded',
    ko: '0과 8은 에코, 3은 도달 불가, 11은 시간 초과',
  },
  'ICMP code': { en: 'the reason within the type', ko: '종류 안에서의 까닭' },
  'data bytes': { en: 'what the program gave to send()', ko: '프로그램이 send()에 준 것' },
};
