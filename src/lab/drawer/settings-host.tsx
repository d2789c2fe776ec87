/**
 * A host's settings: what it boots with, and options of the sockets that its programs have open. What it boots with can
 * be chosen at the start only, so a change there runs the world anew.
 *
 * Left out on purpose: keep-alive for all sockets of a host. No system has a switch for that; it is a socket's option.
 * Calls it: `settings.tsx`.
 */
import type { Json } from '../../base/json.ts';
import type { HostChanges } from '../../system/timetable.ts';
import { t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import { stage } from '../stage/stage.ts';
import { facts, plan } from '../state.ts';
import { again } from './settings-again.ts';
import { Choice, Field } from './settings-field.tsx';
import { count, seconds, size } from './settings-values.ts';
import { hostOf, socketsOf, WORDS } from './settings-words.ts';

const PROFILES = ['linux', 'windows', 'rfc'] as const;
const ACCOUNTINGS = ['linux', 'payload'] as const;

export function Host({ name }: { readonly name: string }) {
  const booted = facts.value?.hosts[name] ?? {};
  const programs = Object.entries(facts.value?.programs ?? {}).filter(([, { host }]) => host === name);
  return (
    <fieldset>
      <legend>{t(hostOf(name))}</legend>
      <p class="settings-note">{t(WORDS.anew)}</p>
      <div class="settings-two">
        <Choice
          label={t(WORDS.profile)}
          value={booted.profile ?? 'linux'}
          choices={PROFILES.map((one) => [one, one] as const)}
          take={(one) => boot(name, pick('profile', PROFILES, one))}
        />
        <Choice
          label={t(WORDS.accounting)}
          value={booted.accounting ?? 'linux'}
          choices={ACCOUNTINGS.map((one) => [one, one] as const)}
          take={(one) => boot(name, pick('accounting', ACCOUNTINGS, one))}
        />
        <Defaults host={name} sysctl={booted.sysctl ?? {}} />
      </div>
      {programs.map(([program]) => (
        <Sockets key={program} host={name} program={program} />
      ))}
    </fieldset>
  );
}

function pick<K extends string, V extends string>(field: K, known: readonly V[], given: string): { [F in K]?: V } {
  const one = known.find((value) => value === given);
  return (one === undefined ? {} : { [field]: one }) as { [F in K]?: V };
}

function boot(name: string, changes: HostChanges): void {
  const { hosts = {} } = plan.peek();
  const before = hosts[name];
  const sysctl = { ...before?.sysctl, ...changes.sysctl };
  again({ hosts: { ...hosts, [name]: { ...before, ...changes, sysctl } } });
}

/** sysctl: what sockets begin with that set nothing themselves. */
function Defaults({ host, sysctl }: { readonly host: string; readonly sysctl: NonNullable<HostChanges['sysctl']> }) {
  const take = (name: string) => (value: Json) => {
    if (typeof value === 'number') boot(host, { sysctl: { [name]: value } });
  };
  const buffer = (name: string, label: string) => {
    const [least = 0, present = 0, most = 0] = String(sysctl[name] ?? '')
      .split(/\s+/)
      .map(Number);
    const change = (value: Json) => {
      if (typeof value !== 'number') return;
      // Linux wants them to rise.
      const range = `${Math.min(least, value)} ${value} ${Math.max(most, value)}`;
      boot(host, { sysctl: { [name]: range } });
    };
    return <Field label={label} unit="B" value={String(present)} read={size(name)} take={change} />;
  };
  const single = (name: string, label: string, unit: string | undefined, read: (typed: string) => number) => (
    <Field
      label={label}
      {...(unit === undefined ? {} : { unit })}
      value={String(sysctl[name] ?? '')}
      read={read}
      take={take(name)}
    />
  );
  return (
    <>
      {buffer('net.ipv4.tcp_wmem', t(WORDS.sendBuffer))}
      {buffer('net.ipv4.tcp_rmem', t(WORDS.receiveBuffer))}
      {single('net.ipv4.tcp_keepalive_time', t(WORDS.keepIdle), 's', seconds('tcp_keepalive_time'))}
      {single('net.ipv4.tcp_keepalive_intvl', t(WORDS.keepInterval), 's', seconds('tcp_keepalive_intvl'))}
      {single('net.ipv4.tcp_keepalive_probes', t(WORDS.keepCount), undefined, count('tcp_keepalive_probes', 1, 127))}
    </>
  );
}

/** setsockopt, from outside: what the program has open gets these options, as an act at the cursor. */
function Sockets({ host, program }: { readonly host: string; readonly program: string }) {
  const sockets = stage.value.hosts.find(({ name }) => name === host)?.sockets ?? [];
  const open = sockets.find(({ process, kind }) => process === program && kind === 'tcp');
  const set = (name: string) => (value: Json) =>
    actAtCursor({ do: 'option', target: program, options: { [name]: value } });
  const time = (name: string) => {
    const read = seconds(name);
    return (typed: string) => `${read(typed)}s`;
  };
  const named = (label: string) => ({ label, name: `${label}, ${t(socketsOf(program))}`, value: '' });
  const limit = (value: number | undefined) => (value === undefined ? {} : { value: String(value) });
  return (
    <>
      <p class="settings-note">{t(socketsOf(program))}</p>
      <div class="settings-two">
        <Field
          {...named(t(WORDS.sendBuffer))}
          {...limit(open?.sendLimit)}
          unit="B"
          read={size('SO_SNDBUF')}
          take={set('SO_SNDBUF')}
        />
        <Field
          {...named(t(WORDS.receiveBuffer))}
          {...limit(open?.receiveLimit)}
          unit="B"
          read={size('SO_RCVBUF')}
          take={set('SO_RCVBUF')}
        />
        <Choice
          label={t(WORDS.keepAlive)}
          value=""
          choices={[
            ['', t(WORDS.unchanged)],
            ['on', t(WORDS.on)],
            ['off', t(WORDS.off)],
          ]}
          take={(choice) => choice !== '' && set('SO_KEEPALIVE')(choice === 'on')}
        />
        <Field {...named(t(WORDS.keepIdle))} unit="s" read={time('TCP_KEEPIDLE')} take={set('TCP_KEEPIDLE')} />
        <Field {...named(t(WORDS.keepInterval))} unit="s" read={time('TCP_KEEPINTVL')} take={set('TCP_KEEPINTVL')} />
        <Field {...named(t(WORDS.keepCount))} read={count('TCP_KEEPCNT', 1, 127)} take={set('TCP_KEEPCNT')} />
      </div>
    </>
  );
}
