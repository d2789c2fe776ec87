import { expect, test } from 'vitest';
import { formatAddress, formatPrefix, type OnLink, parseInterfaceAddress, parsePrefix } from '../wire/address.ts';
import { Switch } from './switch.ts';
import { type Place, type Station, Topology } from './topology.ts';

class World {
  readonly topology = new Topology();
  #macs = 1;
  readonly stations = new Map<string, Station & { places: Place[] }>();

  station(name: string, forwards: boolean, ...routes: [prefix: string, via: string][]) {
    const explicitRoutes = routes.map(([prefix, via]) => ({ prefix: parsePrefix('prefix', prefix), via }));
    const station = { name, forwards, places: [], explicitRoutes };
    this.stations.set(name, station);
    this.topology.addStation(station);
    return station;
  }

  /** 'A' with addresses, joined in order by `cable`. */
  host(name: string, addresses: string[], ...routes: [string, string][]) {
    const station = this.station(name, false, ...routes);
    for (const text of addresses) this.place(station, parseInterfaceAddress('address', text));
    return station;
  }

  place(station: Station & { places: Place[] }, given?: OnLink): Place {
    const place: Place = {
      device: station.name,
      name: `eth${station.places.length}`,
      fixed: given !== undefined,
      mac: this.#macs++,
      ipv4: given?.address.family === 'ipv4' ? given : undefined,
      ipv6: given?.address.family === 'ipv6' ? given : undefined,
    };
    station.places.push(place);
    this.topology.addPlace(station, place);
    return place;
  }

  #used = new Set<Place>();
  cable(...ends: (Switch | (Station & { places: Place[] }))[]) {
    const [a, b] = ends.map((end) => {
      if (end instanceof Switch) return end;
      const free = end.forwards ? this.place(end) : end.places.find((place) => !this.#used.has(place));
      if (free === undefined) throw new Error('no free interface');
      this.#used.add(free);
      return free;
    });
    if (a !== undefined && b !== undefined) this.topology.join(a, b);
  }

  addresses(name: string): string[] {
    return (this.stations.get(name)?.places ?? []).map(({ ipv4 }) =>
      ipv4 === undefined ? 'none' : `${formatAddress(ipv4.address)} in ${formatPrefix(ipv4.prefix)}`,
    );
  }

  routes(name: string): string[] {
    const station = this.stations.get(name);
    if (station === undefined) throw new Error(name);
    return this.topology
      .routesOf(station)
      .map(({ prefix, gateway, through }) => `${formatPrefix(prefix)} via ${formatAddress(gateway)} ${through.name}`);
  }
}

test('two hosts on a cable need neither routes nor a router', () => {
  const world = new World();
  world.cable(world.host('A', ['10.0.0.1']), world.host('B', ['10.0.0.2']));
  world.topology.assignAddresses();
  expect(world.routes('A')).toEqual([]);
});

test('a router takes the last free address of each network, hosts get a default route to it', () => {
  const world = new World();
  const lan = new Switch('S');
  const r = world.station('R', true);
  world.cable(world.host('A', ['10.0.0.254']), lan);
  world.cable(lan, r);
  world.cable(r, world.host('B', ['10.0.1.2']));
  world.topology.assignAddresses();
  expect(world.addresses('R')).toEqual(['10.0.0.253 in 10.0.0.0/24', '10.0.1.254 in 10.0.1.0/24']);
  expect(world.routes('A')).toEqual(['0.0.0.0/0 via 10.0.0.253 eth0']);
  expect(world.routes('B')).toEqual(['0.0.0.0/0 via 10.0.1.254 eth0']);
  expect(world.routes('R')).toEqual([]);
});

test('routers between routers get a /30 of their own, and know the shortest way to every network', () => {
  const world = new World();
  const [a, b] = [world.host('A', ['10.0.0.1']), world.host('B', ['10.0.1.1'])];
  const [r1, r2, r3] = ['R1', 'R2', 'R3'].map((name) => world.station(name, true));
  if (!r1 || !r2 || !r3) throw new Error('three routers');
  world.cable(a, r1);
  world.cable(r1, r2);
  world.cable(r2, r3);
  world.cable(r1, r3);
  world.cable(r3, b);
  world.topology.assignAddresses();
  expect(world.addresses('R1')).toEqual([
    '10.0.0.254 in 10.0.0.0/24',
    '10.255.0.2 in 10.255.0.0/30',
    '10.255.0.10 in 10.255.0.8/30',
  ]);
  // By R3 directly, not around by R2.
  expect(world.routes('R1')).toContain('10.0.1.0/24 via 10.255.0.9 eth2');
  expect(world.routes('R2').sort()).toEqual([
    '10.0.0.0/24 via 10.255.0.2 eth0',
    '10.0.1.0/24 via 10.255.0.5 eth1',
    '10.255.0.8/30 via 10.255.0.2 eth0',
  ]);
});

test('routers on a switch of their own get a network that has room for all of them', () => {
  const world = new World();
  const lan = new Switch('S');
  for (const name of ['R1', 'R2', 'R3']) world.cable(world.station(name, true), lan);
  world.topology.assignAddresses();
  expect(world.addresses('R3')).toEqual(['10.255.0.4 in 10.255.0.0/29']);
});

test('addresses that still fit stay when the topology grows', () => {
  const world = new World();
  const lan = new Switch('S');
  const r = world.station('R', true);
  world.cable(world.host('A', ['10.0.0.1']), lan);
  world.cable(lan, r);
  world.topology.assignAddresses();
  world.cable(world.host('B', ['10.0.0.2']), lan);
  world.cable(world.station('R2', true), lan);
  world.topology.assignAddresses();
  expect([world.addresses('R'), world.addresses('R2')]).toEqual([
    ['10.0.0.254 in 10.0.0.0/24'],
    ['10.0.0.253 in 10.0.0.0/24'],
  ]);
});

test('a host on two networks gets routes by shortest path, but is no way for others', () => {
  const world = new World();
  const both = world.host('M', ['10.0.0.1', '10.0.1.1']);
  const [r1, r2] = [world.station('R1', true), world.station('R2', true)];
  world.cable(both, r1);
  world.cable(both, r2);
  world.cable(r1, world.host('A', ['10.0.2.1']));
  world.cable(r2, world.host('B', ['10.0.3.1']));
  world.topology.assignAddresses();
  expect(world.routes('M')).toEqual(['10.0.2.0/24 via 10.0.0.254 eth0', '10.0.3.0/24 via 10.0.1.254 eth1']);
  expect(world.routes('R1')).toEqual([]);
});

test("a host's own routes win; their next hop may be named", () => {
  const world = new World();
  const [r1, r2] = [world.station('R1', true), world.station('R2', true)];
  const lan = new Switch('S');
  const a = world.host('A', ['10.0.0.1'], ['10.0.9.0/24', 'R2'], ['0.0.0.0/0', '10.0.0.253']);
  for (const end of [a, r1, r2]) world.cable(end, lan);
  world.topology.assignAddresses();
  expect(world.routes('A')).toEqual(['10.0.9.0/24 via 10.0.0.253 eth0', '0.0.0.0/0 via 10.0.0.253 eth0']);
});

test('a next hop that is no neighbour is refused', () => {
  const world = new World();
  world.cable(world.host('A', ['10.0.0.1'], ['10.0.9.0/24', '10.0.7.1']), world.station('R', true));
  world.topology.assignAddresses();
  expect(() => world.routes('A')).toThrow("'10.0.7.1' is on no network of host 'A'");
});

test('hosts of different networks cannot share a LAN, also not by way of switches', () => {
  const world = new World();
  const lan = new Switch('S');
  const [a, b] = [world.host('A', ['10.0.0.1']), world.host('B', ['10.0.1.1'])];
  expect(() => world.cable(a, b)).toThrow('of different networks');
  const other = new World();
  const [c, d] = [other.host('C', ['10.0.0.1']), other.host('D', ['10.0.1.1'])];
  other.cable(c, lan);
  expect(() => other.cable(lan, d)).toThrow("'C' (10.0.0.0/24) and 'D' (10.0.1.0/24)");
});

test('one network on two sides of a router is refused', () => {
  const world = new World();
  const r = world.station('R', true);
  world.cable(world.host('A', ['10.0.0.1']), r);
  world.cable(r, world.host('B', ['10.0.0.2']));
  world.topology.assignAddresses();
  expect(() => world.routes('R')).toThrow('10.0.0.0/24 on two LANs');
});

test('a loop of switches is refused', () => {
  const world = new World();
  const [s1, s2] = [new Switch('S1'), new Switch('S2')];
  world.cable(s1, s2);
  expect(() => world.cable(s1, s2)).toThrow('loop');
});

test('only the ends of a line to a router know each other for good; on a LAN they ask', () => {
  const world = new World();
  const [r, q] = [world.station('R', true), world.station('Q', true)];
  const lan = new Switch('S');
  world.cable(world.host('A', ['10.0.0.1']), r);
  world.cable(r, q);
  world.cable(q, lan);
  world.cable(lan, world.host('B', ['10.0.1.1']));
  world.topology.assignAddresses();
  const known = (name: string) => {
    const station = world.stations.get(name);
    if (station === undefined) throw new Error(name);
    return world.topology.neighborsOf(station).map(({ address }) => formatAddress(address));
  };
  expect(known('A')).toEqual(['10.0.0.254']);
  expect(known('R')).toEqual(['10.0.0.1', '10.255.0.1']);
  expect(known('Q')).toEqual(['10.255.0.2']);
  expect(known('B')).toEqual([]);
});
