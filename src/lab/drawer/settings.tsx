/**
 * What the run is made of, to be changed: the world, each host, each cable, and what the user did.
 *
 * Calls it: `drawer.tsx`.
 */
import type { Json } from '../../base/json.ts';
import { findScenario } from '../../scenarios/index.ts';
import type { Parameter } from '../../system/scenario.ts';
import { t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { facts, plan, source } from '../state.ts';
import './settings.css';
import { again } from './settings-again.ts';
import { Cable } from './settings-cable.tsx';
import { Choice, Field } from './settings-field.tsx';
import { FileField } from './settings-file.tsx';
import { Host } from './settings-host.tsx';
import { Timetable } from './settings-timetable.tsx';
import { count, numberOr } from './settings-values.ts';
import { WORDS } from './settings-words.ts';

export function Settings() {
  if (source.value === undefined) return <p>{t(WORDS.noScenario)}</p>;
  return (
    <div class="drawer-settings">
      <p class="settings-note">{t(WORDS.startNote)}</p>
      <World />
      {Object.keys(facts.value?.hosts ?? {}).map((name) => (
        <Host key={name} name={name} />
      ))}
      {stage.value.cables.map((cable) => (
        <Cable key={cable.name} {...cable} />
      ))}
      <Timetable />
    </div>
  );
}

function World() {
  const { name, set, seed } = plan.value;
  const params = Object.entries(findScenario(name)?.params ?? {});
  return (
    <fieldset>
      <legend>{t(WORDS.world)}</legend>
      <Field
        label={t(WORDS.seed)}
        value={String(seed)}
        read={count('seed', 0, Number.MAX_SAFE_INTEGER)}
        take={(value) => typeof value === 'number' && again({ seed: value })}
      />
      {params.map(([key, parameter]) => (
        <ParameterField key={key} name={key} parameter={parameter} value={set[key] ?? parameter.default} />
      ))}
    </fieldset>
  );
}

interface ParameterProps {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: Json;
}

function ParameterField({ name, parameter, value }: ParameterProps) {
  const { unit, text } = parameter;
  const label = text === undefined ? name : `${name}: ${t(text)}`;
  const change = (to: Json) => again({ set: { ...plan.peek().set, [name]: to } });
  const choices = parameter.oneOf ?? (typeof parameter.default === 'boolean' ? [true, false] : undefined);
  if (choices !== undefined) {
    return (
      <Choice
        label={label}
        value={String(value)}
        choices={choices.map((one) => [String(one), String(one)] as const)}
        take={(chosen) => change(choices.find((one) => String(one) === chosen) ?? value)}
      />
    );
  }
  if (unit === 'file') return <FileField label={label} value={String(value)} take={change} />;
  return (
    <Field
      label={label}
      {...(unit === undefined ? {} : { unit })}
      value={String(value)}
      read={(typed) => readParameter(name, parameter, typed)}
      take={change}
    />
  );
}

/** @throws TypeError, RangeError naming the parameter, its value and what is allowed */
function readParameter(name: string, { default: standard, min, max }: Parameter, typed: string): Json {
  if (typeof standard !== 'number') return typed;
  const value = numberOr(typed);
  if (typeof value !== 'number') throw new TypeError(`${name}: '${typed}' is wrong; allowed is a number`);
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
    throw new RangeError(`${name}: ${value} is out of range; allowed is ${min ?? 'any'} to ${max ?? 'any'}`);
  }
  return value;
}
