# @summary Where the broker listens: one address, several, or nowhere.
type Mcollective::Listeners = Variant[Enum['none'], Mcollective::Listener, Array[Mcollective::Listener]]
