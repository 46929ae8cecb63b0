/** A declarative pipeline as it was written: read whole, refused whole, before anything of it runs. */
class Invalid extends RuntimeException {

    Invalid(String message) { super(message) }

}

/** A block of the file. It knows a few words, and refuses every other. */
abstract class Block {

    Build build

    abstract Set<String> words()

    void read(Closure body) {
        body.delegate = this
        // Asking nobody else is what makes a misplaced directive an error instead of an outer block's.
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body.call()
    }

    def methodMissing(String name, given) {
        throw new Invalid("'${name}' is not known in ${title()}; known are ${words().sort().join(', ')}")
    }

    def propertyMissing(String name) {
        if (build.environment.containsKey(name)) { return build.environment[name] }
        throw new Invalid("no variable '${name}' in ${title()}")
    }

    String title() { this.class.simpleName.toLowerCase() }

    Map getEnv() { build.environment }

    Map getCurrentBuild() { [currentResult: build.result, displayName: "#${build.environment.BUILD_NUMBER}"] }

}

/** A block of settings: each word with its arguments, kept for whoever asks. */
class Settings extends Block {

    String name
    Set<String> known
    Map<String, Object> kept = [:]

    Set<String> words() { known }

    String title() { name }

    def methodMissing(String word, given) {
        if (!(word in known)) { return super.methodMissing(word, given) }
        List arguments = given as List
        kept[word] = arguments.size() == 1 ? arguments[0] : (arguments ?: true)
    }

}

/** Variables for the commands; `credentials` takes them from where Jenkins keeps secrets. */
class Variables extends Block {

    boolean checking

    Set<String> words() { ['NAME = value', 'credentials'] as Set }

    String title() { 'environment' }

    void setProperty(String name, value) {
        if (name in ['build', 'checking']) { metaClass.setProperty(this, name, value); return }
        build.environment[name] = value.toString()
        if (value instanceof Credential) {
            build.environment[name + '_USR'] = value.username
            build.environment[name + '_PSW'] = value.password
        }
    }

    Credential credentials(String id) { checking ? new Credential('', '') : build.credential(id) }

}

/** Who may come in, and how the log hides it. */
class Credential {

    final String username, password, endpoint

    Credential(String username, String password, String endpoint = '') {
        this.username = username
        this.password = password
        this.endpoint = endpoint
    }

    String toString() { username ? "${username}:${password}" : password }

}

/** What runs when the steps are over, by how they ended. */
class Post extends Block {

    static final List<String> ORDER = ['always', 'aborted', 'failure', 'success', 'unsuccessful', 'cleanup']
    Map<String, Closure> kept = [:]

    Set<String> words() { ORDER as Set }

    def methodMissing(String condition, given) {
        if (!(condition in ORDER)) { return super.methodMissing(condition, given) }
        kept[condition] = given[0] as Closure
    }

    List<Closure> after(String result) {
        Set<String> met = ['always', 'cleanup', result.toLowerCase()] as Set
        if (result != 'SUCCESS') { met << 'unsuccessful' }
        ORDER.findAll { it in met && kept[it] }.collect { kept[it] }
    }

}

/** What the whole pipeline and a stage have in common. */
abstract class Section extends Block {

    static final Set<String> OPTIONS = ['timeout', 'timestamps', 'disableConcurrentBuilds', 'buildDiscarder',
                                        'skipDefaultCheckout', 'logRotator', 'retry', 'preserveStashes']
    static final Map<String, Long> UNITS = [SECONDS: 1000L, MINUTES: 60000L, HOURS: 3600000L, DAYS: 86400000L]

    def agent
    Map<String, Object> options = [:]
    Closure variables
    List<Stage> stages = []
    Post post

    void agent(Closure body) { agent = settings('agent', ['label', 'docker'], body) }

    void agent(String which) { agent = which }

    String getAny() { 'any' }

    String getNone() { 'none' }

    void options(Closure body) {
        options = settings('options', OPTIONS, body)
        if (options.timeout != null) { milliseconds(options.timeout as Map) }
    }

    void environment(Closure body) { variables = body }

    void post(Closure body) { post = new Post(build: build); post.read(body) }

    void stages(Closure body) {
        Stages list = new Stages(build: build)
        list.read(body)
        if (!list.kept) { throw new Invalid('stages without a stage') }
        stages = list.kept
    }

    Map<String, Object> settings(String name, Collection<String> known, Closure body) {
        Settings block = new Settings(build: build, name: name, known: known as Set)
        block.read(body)
        block.kept
    }

    static long milliseconds(Map timeout) {
        if (!(timeout.unit in UNITS.keySet())) { throw new Invalid("timeout: unit must be one of ${UNITS.keySet()}") }
        (timeout.time as long) * UNITS[timeout.unit]
    }

}

class Stages extends Block {

    List<Stage> kept = []

    Set<String> words() { ['stage'] as Set }

    void stage(String name, Closure body) {
        Stage stage = new Stage(build: build, name: name)
        stage.read(body)
        if ([stage.steps, stage.stages].count { it } != 1) {
            throw new Invalid("stage '${name}' needs either steps or stages")
        }
        kept << stage
    }

}

class Stage extends Section {

    String name
    Closure steps
    Map<String, Object> when = [:]
    Map<String, Object> input

    Set<String> words() { ['agent', 'options', 'environment', 'when', 'input', 'steps', 'stages', 'post'] as Set }

    String title() { "stage '${name}'" }

    void steps(Closure body) { steps = body }

    void when(Closure body) { when = settings('when', ['branch', 'beforeInput', 'beforeAgent'], body) }

    void input(Closure body) {
        input = settings('input', ['message', 'ok', 'submitter', 'id'], body)
        if (!input.message) { throw new Invalid("input of stage '${name}' needs a message") }
    }

}

class Pipeline extends Section {

    Map<String, Object> triggers = [:]

    Set<String> words() { ['agent', 'options', 'environment', 'triggers', 'stages', 'post'] as Set }

    void triggers(Closure body) { triggers = settings('triggers', ['githubPush', 'cron', 'pollSCM'], body) }

    /** Read every block, then go through every step without taking it. */
    static Pipeline read(Build build, Closure body) {
        Pipeline pipeline = new Pipeline(build: build)
        pipeline.read(body)
        if (pipeline.agent == null) { throw new Invalid("pipeline needs an 'agent'") }
        if (!pipeline.stages) { throw new Invalid("pipeline needs 'stages'") }
        pipeline.check(pipeline)
        pipeline
    }

    private void check(Section section) {
        Map<String, String> outer = new LinkedHashMap(build.environment)
        if (section.variables) { new Variables(build: build, checking: true).read(section.variables) }
        Steps steps = new Steps(build: build, checking: true)
        if (section instanceof Stage && section.steps) { steps.read(section.steps) }
        section.post?.kept?.values()?.each { steps.read(it) }
        section.stages.each { check(it) }
        build.environment = outer
    }

}
