/** What the run is made of, to be changed: the scenario's parameters, the seed, the cables, and what the user did. */
import type { Json } from '../../base/json.ts';
import { findScenario } from '../../scenarios/index.ts';
import type { Parameter } from '../../system/scenario.ts';
import type { Act } from '../../system/timetable.ts';
import { t } from '../language.ts';
import type { RunPlan } from '../run/plan.ts';
import { actAtCursor, startRun } from '../run/runner.ts';
import { stage } from '../stage/stage.ts';
import { plan, source } from '../state.ts';
import { WORDS } from './words.ts';

export function Settings() {
  if (source.value === undefined) return <p>{t(WORDS.noScenario)}</p>;
  return (
    <div class="drawer-settings">
      <Parameters />
      <Cables />
      <Timetable />
    </div>
  );
}

function again(changes: Partial<RunPlan>): void {
  startRun({ ...plan.peek(), ...changes });
}

function Parameters() {
  const { name, set, seed } = plan.value;
  const params = Object.entries(findScenario(name)?.params ?? {});
  return (
    <fieldset>
      <legend>{t(WORDS.parameters)}</legend>
      {params.map(([key, parameter]) => (
        <ParameterField key={key} name={key} parameter={parameter} value={set[key] ?? parameter.default} />
      ))}
      <label>
        <span>{t(WORDS.seed)}</span>
        <input
          type="number"
          min={0}
          value={seed}
          onChange={({ currentTarget }) => again({ seed: Number(currentTarget.value), acts: [] })}
        />
      </label>
    </fieldset>
  );
}

interface FieldProps {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: Json;
}

function ParameterField({ name, parameter, value }: FieldProps) {
  const { unit, oneOf, min, max } = parameter;
  const label = (
    <span>
      <code>{name}</code> {parameter.text === undefined ? '' : t(parameter.text)}{' '}
      {unit === undefined ? '' : `(${unit})`}
    </span>
  );
  const change = (to: Json) => again({ set: { ...plan.peek().set, [name]: to }, acts: [] });
  if (oneOf !== undefined) {
    return (
      <label>
        {label}
        <select
          value={String(value)}
          onChange={({ currentTarget }) => change(oneOf[currentTarget.selectedIndex] ?? value)}
        >
          {oneOf.map((choice) => (
            <option key={String(choice)}>{String(choice)}</option>
          ))}
        </select>
      </label>
    );
  }
  if (typeof value === 'boolean') {
    return (
      <label>
        {label}
        <input type="checkbox" checked={value} onChange={({ currentTarget }) => change(currentTarget.checked)} />
      </label>
    );
  }
  if (typeof parameter.default === 'number') {
    return (
      <label>
        {label}
        <input
          type="number"
          value={String(value)}
          min={min}
          max={max}
          onChange={({ currentTarget }) => change(Number(currentTarget.value))}
        />
      </label>
    );
  }
  return (
    <label>
      {label}
      <input type="text" value={String(value)} onChange={({ currentTarget }) => change(currentTarget.value)} />
    </label>
  );
}

const CABLE_FIELDS = ['delay', 'rate', 'loss'] as const;

function Cables() {
  return (
    <fieldset>
      <legend>{t(WORDS.cables)}</legend>
      {stage.value.cables.map(({ name, a, b }) => (
        <div key={name} class="drawer-cable">
          <strong>{`${a} – ${b}`}</strong>
          {CABLE_FIELDS.map((field) => (
            <label key={field}>
              <span>{t(WORDS[field])}</span>
              <input
                type="text"
                placeholder={{ delay: '5ms', rate: '10Mbit/s', loss: '0.1' }[field]}
                onChange={({ currentTarget: { value } }) => {
                  const given = field === 'loss' ? Number(value) : value;
                  if (value !== '') actAtCursor({ do: 'set', target: name, options: { [field]: given } });
                }}
              />
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}

/** What was done, in order; each can be taken back, or moved to another moment. */
function Timetable() {
  const { acts } = plan.value;
  if (acts.length === 0) return <p>{t(WORDS.noActs)}</p>;
  const replace = (index: number, by: readonly Act[]) =>
    again({ acts: [...acts.slice(0, index), ...by, ...acts.slice(index + 1)] });
  return (
    <fieldset>
      <legend>{t(WORDS.timetable)}</legend>
      <ol class="drawer-acts">
        {acts.map((act, index) => (
          <li key={`${index} ${act.do} ${act.target}`}>
            <label>
              <span>{`${act.do} ${act.target}`}</span>
              <input
                type="text"
                value={momentOf(act)}
                onChange={({ currentTarget }) => {
                  const { after: _, ...moved } = act;
                  replace(index, [{ ...moved, at: currentTarget.value }]);
                }}
              />
            </label>
            <button type="button" onClick={() => replace(index, [])}>
              {t(WORDS.remove)}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => again({})}>
        {t(WORDS.apply)}
      </button>
    </fieldset>
  );
}

function momentOf({ at }: Act): string {
  return typeof at === 'number' ? `${at}ms` : at;
}
