/** What is promised of availability: what a month's promises come to for this run, and how far copies may be trusted. */
import { language, run } from '../state/store.ts'
import type { CreditReport } from '../worker/protocol.ts'
import { Independence } from './independence.tsx'
import { DAY, ladderOf, YEAR } from './promises-layout.ts'
import { length, share, words } from './speak.ts'

export function Promises() {
  const say = words()
  const credits = run.value?.credits ?? []
  return (
    <main class="sheet promises" aria-labelledby="promises-title">
      <h2 id="promises-title" class="title">
        {say.modePromises}
      </h2>
      <div class="promise-parts">
        <div>
          <Credits credits={credits} />
          <Ladder credits={credits} />
        </div>
        <Independence own={run.value?.copies ?? []} />
      </div>
    </main>
  )
}

/** The same outage under each agreement that speaks of it. */
function Credits({ credits }: { credits: readonly CreditReport[] }) {
  const say = words()
  const services = [...new Set(credits.map(({ service }) => service))]
  return (
    <section aria-labelledby="credits-title">
      <h2 id="credits-title">{say.creditsTitle}</h2>
      <p class="lead">{say.creditsWhat(String(credits[0]?.days ?? 30))}</p>
      {credits.length === 0 && <p class="quiet">{say.noCredits}</p>}
      {services.map(service => (
        <div key={service} class="credits">
          {credits
            .filter(credit => credit.service === service)
            .map(credit => (
              <CreditCard key={credit.scope} credit={credit} />
            ))}
        </div>
      ))}
    </section>
  )
}

function CreditCard({ credit: { service, scope, product, promise, uptime, credit, because } }: { credit: CreditReport }) {
  const say = words()
  return (
    <div class="credit" data-testid={`credit-${scope}`}>
      <p>
        <b>{service}</b> {scopeWord(scope)}
      </p>
      <p class="figure">
        {share(credit)} <span class="quiet small">{say.ofTheBill}</span>
      </p>
      <p class="small">
        {say.uptimeOf(exactly(uptime))} · <span class="quiet">{say.promised(share(promise))}</span>
      </p>
      {because !== null && <p class="small quiet">{because[language.value]}</p>}
      <p class="small quiet" lang="en">
        {product}
      </p>
    </div>
  )
}

function scopeWord(scope: CreditReport['scope']): string {
  const say = words()
  return { region: say.ofRegion, instance: say.ofInstance, service: say.ofService }[scope]
}

/** Cut off and not rounded: what is below a promise looks so. */
const exactly = (uptime: number): string => share(uptime < 1 ? Math.floor(uptime * 1e6) / 1e6 : 1)

/** What nines leave of a month and a year, and where this run stands among them. */
function Ladder({ credits }: { credits: readonly CreditReport[] }) {
  const say = words()
  const days = credits[0]?.days ?? 30
  return (
    <section aria-labelledby="ladder-title">
      <h2 id="ladder-title">{say.ladderTitle}</h2>
      <table class="ladder">
        <thead>
          <tr class="small">
            <th scope="col">{say.colUptime}</th>
            <th scope="col">{say.colMonth(String(days))}</th>
            <th scope="col">{say.colYear}</th>
          </tr>
        </thead>
        <tbody>
          {ladderOf(credits.map(({ uptime }) => uptime)).map(({ uptime, credit }) =>
            credit === null ? (
              <tr key={uptime}>
                <th scope="row">{share(uptime)}</th>
                <td>{length((1 - uptime) * days * DAY)}</td>
                <td>{length((1 - uptime) * YEAR * DAY)}</td>
              </tr>
            ) : (
              <tr key={`run ${credit}`} class="is-run">
                <th scope="row">{exactly(uptime)}</th>
                <td>{length((1 - uptime) * days * DAY)}</td>
                <td>
                  {say.thisRun(credits[credit].service)} {scopeWord(credits[credit].scope)}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  )
}
