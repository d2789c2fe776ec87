/** The words for what a host's stack below TCP tells: ARP, neighbour discovery, IP, ICMP, UDP. */
import type { HostEvent } from '../host/events.ts';
import { bytes, type Words } from './words.ts';

type Told = Exclude<HostEvent, { readonly kind: 'frame.dropped' }>;

/** Which of the two it is, by an address of it. */
function icmpOf(address: string): string {
  return address.includes(':') ? 'ICMPv6' : 'ICMP';
}

export const HOST_EN: Words<Told> = {
  'packet.dropped': ({ to, reason }) => `✕ a packet to ${to} is dropped: ${reason}`,
  'arp.sent': (event) =>
    event.operation === 'request'
      ? `ARP asks for ${event.target} on ${event.interface}, try ${event.attempt}`
      : `ARP answers ${event.target} on ${event.interface}`,
  'arp.learned': ({ address, mac }) => `ARP: ${address} is at ${mac}`,
  'arp.failed': ({ address, dropped }) => `ARP: nobody answers for ${address}; packets dropped: ${dropped}`,
  'ndp.sent': (event) =>
    event.operation === 'request'
      ? `neighbor discovery asks for ${event.target} on ${event.interface}, try ${event.attempt}`
      : `neighbor discovery answers ${event.target} on ${event.interface}`,
  'ndp.learned': ({ address, mac }) => `neighbor discovery: ${address} is at ${mac}`,
  'ndp.failed': ({ address, dropped }) =>
    `neighbor discovery: nobody answers for ${address}; packets dropped: ${dropped}`,
  'icmp.sent': ({ to, type, code }) => `${icmpOf(to)} type ${type} code ${code} is sent to ${to}`,
  'icmp.received': ({ from, type, code, about }) =>
    `${icmpOf(from)} type ${type} code ${code} from ${from}${about === undefined ? '' : `, about ${about}`}`,
  'ip.fragmented': (event) => `a packet of ${bytes(event.bytes)} to ${event.to} goes in ${event.fragments} fragments`,
  'ip.reassembled': (event) => `a packet of ${bytes(event.bytes)} from ${event.from} is whole again`,
  'ip.reassembly-failed': ({ from, why }) => `fragments from ${from} are thrown away: ${why}`,
  'ip.looped': (event) => `a packet of ${bytes(event.bytes)} to our own address ${event.to}`,
  'path.mtu': ({ to, mtu }) => `the path to ${to} takes packets of ${mtu} bytes`,
  'interface.carrier': (event) => `${event.interface}: the carrier is ${event.up ? 'back' : 'lost'}`,
  'udp.dropped': (event) =>
    `✕ a datagram of ${bytes(event.bytes)} from ${event.from} is lost at ${event.local}: ${event.reason}`,
};

export const HOST_KO: Words<Told> = {
  'packet.dropped': ({ to, reason }) => `✕ ${to} 앞 패킷 버림: ${reason}`,
  'arp.sent': (event) =>
    event.operation === 'request'
      ? `ARP 질문: ${event.target} (${event.interface}, ${event.attempt}번째)`
      : `ARP 대답: ${event.target} (${event.interface})`,
  'arp.learned': ({ address, mac }) => `ARP: ${address}의 주소는 ${mac}`,
  'arp.failed': ({ address, dropped }) => `ARP: ${address}의 대답 없음, 버린 패킷 ${dropped}개`,
  'ndp.sent': (event) =>
    event.operation === 'request'
      ? `이웃 탐색 질문: ${event.target} (${event.interface}, ${event.attempt}번째)`
      : `이웃 탐색 대답: ${event.target} (${event.interface})`,
  'ndp.learned': ({ address, mac }) => `이웃 탐색: ${address}의 주소는 ${mac}`,
  'ndp.failed': ({ address, dropped }) => `이웃 탐색: ${address}의 대답 없음, 버린 패킷 ${dropped}개`,
  'icmp.sent': ({ to, type, code }) => `${icmpOf(to)} 보냄: ${to}, type ${type} code ${code}`,
  'icmp.received': ({ from, type, code, about }) =>
    `${icmpOf(from)} 받음: ${from}, type ${type} code ${code}${about === undefined ? '' : `, 대상 ${about}`}`,
  'ip.fragmented': (event) => `${event.to} 앞 패킷 ${event.bytes}바이트를 조각 ${event.fragments}개로 보냄`,
  'ip.reassembled': (event) => `${event.from}에서 온 조각을 다시 맞춤: ${event.bytes}바이트`,
  'ip.reassembly-failed': ({ from, why }) => `${from}에서 온 조각 버림: ${why}`,
  'ip.looped': (event) => `자기 주소 ${event.to} 앞 패킷 ${event.bytes}바이트`,
  'path.mtu': ({ to, mtu }) => `${to}까지의 경로 MTU ${mtu}`,
  'interface.carrier': (event) => `${event.interface}: 링크 신호 ${event.up ? '돌아옴' : '끊김'}`,
  'udp.dropped': (event) =>
    `✕ ${event.from}에서 온 데이터그램 ${event.bytes}바이트 사라짐 (${event.local}): ${event.reason}`,
};
