/** The browser's offer to install the program: it comes once, soon after the start, and waits here until it is wanted. */

/** Chromium's event, which no type library has. */
export interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>
}

export class InstallOffer {
  private prompt = $state.raw<InstallPrompt>()

  constructor(target: EventTarget) {
    target.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault() // it is offered on the Storage page, not over somebody's form
      this.prompt = event as InstallPrompt
    })
    target.addEventListener("appinstalled", () => (this.prompt = undefined))
  }

  get isOffered(): boolean {
    return this.prompt !== undefined
  }

  /** The browser asks the person; an offer is good for one question. */
  async install(): Promise<void> {
    const { prompt } = this
    this.prompt = undefined
    await prompt?.prompt()
  }
}

/** Listens from the moment the program starts: the offer does not come again for a page that is opened later. */
export const installOffer = new InstallOffer(window)
