module Mco
  # What the answer to one question may take. The daemon has bounds of its own; these also hold when it is gone.
  module Bounds
    MOST_MEMORY = 1024 # [MiB] of this process, while it only looks: a preview of everything below a folder has no end
    PERIOD = 0.5 # [s] between two looks

    # Beyond `seconds`, or `memory` in MiB, the process ends with everything that it started; nil for no bound.
    def self.within(seconds, memory)
      watch = Thread.new { watch(seconds, memory) } if seconds || memory
      yield
    ensure
      watch.kill if watch
    end

    # [MiB]
    def self.resident
      File.read('/proc/self/status')[/^VmRSS:\s+(\d+)/, 1].to_i / 1024
    rescue SystemCallError
      0
    end

    def self.watch(seconds, memory)
      over = now + seconds if seconds
      loop do
        sleep(over ? [[over - now, PERIOD].min, 0].max : PERIOD)
        give_up("it took more than #{seconds} s") if over && now >= over
        give_up("it needed more than #{memory} MiB") if memory && resident > memory
      end
    end
    private_class_method :watch

    def self.give_up(why)
      Descendants.kill
      $stderr.puts(why)
    rescue Errno::EPIPE
      nil # nobody asks why any more
    ensure
      Process.exit!(1)
    end
    private_class_method :give_up

    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
    private_class_method :now
  end

  # The processes that descend from this one.
  module Descendants
    def self.kill
      children = Hash.new { |hash, pid| hash[pid] = [] }
      Dir.glob('/proc/[0-9]*/stat').each { |path| note(path, children) }
      below(Process.pid, children).reverse_each { |pid| end_one(pid) }
    end

    def self.note(path, children)
      children[Regexp.last_match(2).to_i] << Regexp.last_match(1).to_i if File.binread(path) =~ /\A(\d+) .*\) \S (\d+)/mn
    rescue SystemCallError
      nil # it has ended
    end

    def self.below(pid, children)
      children[pid].flat_map { |child| [child, *below(child, children)] }
    end

    def self.end_one(pid)
      Process.kill(:KILL, pid)
    rescue SystemCallError
      nil
    end
  end
end
